import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from '@jest/globals';
import { createOpenTelemetryObserver } from 'nestjs-trusted-issuers/opentelemetry';
import { randomUUID } from 'node:crypto';
import { eventually, keyScene } from '../support/key-scene.js';
import { fail } from '../support/steerable-key-server.js';

const scene = keyScene();

describe('OpenTelemetry metrics', () => {
  it('count by issuer and code, time verifications, and tell the age of keys', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: 3_600_000,
    });
    const provider = new MeterProvider({ readers: [reader] });
    scene.closing({ close: () => provider.shutdown() });
    const observer = createOpenTelemetryObserver({ meter: provider.getMeter('test') });

    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()], observer });
    const good = server.issuer.token({ expiresInSeconds: 7_200 });
    await application.get('/notes', good);
    await application.get('/notes', good);
    await application.get('/notes');
    await application.get('/notes', 'junk');
    await application.get('/notes', server.issuer.expiredToken());
    await application.get('/notes', server.issuer.token({ kid: randomUUID() }));
    server.reply(fail(500));
    scene.clock.advance(600);
    await application.get('/notes', good);

    const points = async (name: string) => {
      await reader.forceFlush();
      const [metrics] = exporter.getMetrics().slice(-1);
      const metric = metrics?.scopeMetrics
        .flatMap((scope) => scope.metrics)
        .find(({ descriptor }) => descriptor.name === `trusted_issuers.${name}`);
      return (metric?.dataPoints ?? []).map(({ attributes, value }) => ({ ...attributes, value }));
    };
    const issuer = server.origin;
    await eventually(async () =>
      expect(await points('stale_episodes')).toEqual([{ issuer, value: 1 }]),
    );
    expect(await points('authentications')).toEqual([
      { issuer, code: 'ok', value: 3 },
      { code: 'auth_required', value: 1 },
      { code: 'token_malformed', value: 1 },
      { issuer, code: 'token_expired', value: 1 },
      { issuer, code: 'signature_invalid', value: 1 },
    ]);
    expect(await points('key_fetches')).toEqual([
      { issuer, outcome: 'success', value: 2 },
      { issuer, outcome: 'failure', value: 1 },
    ]);
    expect(await points('unknown_keys')).toEqual([{ issuer, value: 1 }]);
    expect(await points('keys.age')).toEqual([{ issuer, value: expect.any(Number) }]);
    const durations = await points('verification.duration');
    expect(
      durations.map(({ value, ...labels }) => [labels, (value as { count: number }).count]),
    ).toEqual([
      // The second time the token was remembered.
      [{ issuer, code: 'ok' }, 2],
      [{ issuer, code: 'token_expired' }, 1],
      [{ issuer, code: 'signature_invalid' }, 1],
    ]);
  });
});
