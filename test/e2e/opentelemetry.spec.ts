import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createOpenTelemetryObserver } from 'nestjs-trusted-issuers/opentelemetry';
import { randomUUID } from 'node:crypto';
import { eventually, keyScene } from '../support/key-scene.js';
import { measuredMeter } from '../support/measured-meter.js';
import { fail } from '../support/steerable-key-server.js';

const scene = keyScene();

function metricsOf(temporality?: AggregationTemporality) {
  const { meter, points } = scene.closing(measuredMeter(temporality));
  return { observer: createOpenTelemetryObserver({ meter }), points };
}

describe('OpenTelemetry metrics', () => {
  it('count by issuer and code, time verifications, and tell the age of keys', async () => {
    const { observer, points } = metricsOf();
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

  describe('The age of keys', () => {
    let nowMs = Date.UTC(2026, 0, 1);
    beforeEach(() => void jest.spyOn(Date, 'now').mockImplementation(() => nowMs));
    afterEach(() => void jest.restoreAllMocks());
    const refreshed = (issuer: string) => ({ issuer, keys: 1, changed: true, durationMs: 1 });

    it('is told until keys are too old to serve, longer than any key does', async () => {
      // Cumulated, the SDK repeats the last value of what is told no more.
      const { observer, points } = metricsOf(AggregationTemporality.DELTA);
      observer.keysRefreshed(refreshed('gone'));
      nowMs += 86_400_000;
      observer.keysRefreshed(refreshed('here'));
      expect(await points('keys.age')).toEqual([
        { issuer: 'gone', value: 86_400 },
        { issuer: 'here', value: 0 },
      ]);
      nowMs += 86_400_000;
      expect(await points('keys.age')).toEqual([{ issuer: 'here', value: 86_400 }]);
    });

    it('is told of the 1,000 issuers that were fetched last', async () => {
      // Cumulated, the SDK repeats the last value of what is told no more.
      const { observer, points } = metricsOf(AggregationTemporality.DELTA);
      for (let i = 0; i < 1_001; i++) observer.keysRefreshed(refreshed(`issuer ${i}`));
      observer.keysRefreshed(refreshed('issuer 1'));
      observer.keysRefreshed(refreshed('one more'));
      const told = (await points('keys.age')).map(({ value: _age, ...labels }) => labels);
      expect(told.length).toBe(1_000);
      const named = ['issuer 1', 'issuer 3', 'one more'].map((issuer) => ({ issuer }));
      expect(told).toEqual(expect.arrayContaining(named));
      expect(told).not.toContainEqual({ issuer: 'issuer 2' });
    });
  });
});
