import { describe, expect, it } from '@jest/globals';
import { type AuthModuleConfig, Revocations } from 'nestjs-trusted-issuers';
import { createOpenTelemetryObserver } from 'nestjs-trusted-issuers/opentelemetry';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { startApplication } from '../support/application.js';
import { HEALTH } from '../support/health.js';
import { measuredMeter } from '../support/measured-meter.js';
import { MovableClock } from '../support/movable-clock.js';
import { opened } from '../support/opened.js';
import { SteerableRevocationStore } from '../support/steerable-revocation-store.js';

const { keep, issuer: openIssuer } = opened();

async function sceneOf(
  whenStale: 'refuse' | 'serve',
  observer: NonNullable<AuthModuleConfig['observer']> = [],
) {
  const clock = new MovableClock();
  const store = new SteerableRevocationStore();
  let opening = (): void => undefined;
  store.opening = new Promise((resolve) => {
    opening = resolve;
  });
  const issuer = await openIssuer();
  const application = keep(
    await startApplication(
      {
        issuers: [issuer.config()],
        revocation: { store, whenStale, maxStaleSeconds: 30 },
        observer,
      },
      { clock, ...HEALTH },
    ),
  );
  const health = async (): Promise<unknown> => {
    const { status, json } = await application.get('/health');
    const answer = json as {
      status: string;
      details: Record<string, { revocations: { state: string; served: boolean; marks: number } }>;
    };
    const { state, served, marks } = answer.details['trustedIssuers']?.revocations ?? {};
    return [status, answer.status, state, served, marks];
  };
  const revocations = application.app.get(Revocations);
  const load = async (): Promise<void> => {
    opening();
    await clock.advanceUntil(() => revocations.status()?.state === 'current');
  };
  return { clock, health, issuer: issuer.issuer, load, revocations, store };
}

describe('The health indicator', () => {
  it.each([
    ['refuse', [503, 'error'], false],
    ['serve', [200, 'degraded'], true],
  ] as const)(
    'says how well it is known what was revoked; whenStale: %p',
    async (whenStale, impaired, served) => {
      const { clock, health, issuer, load, revocations, store } = await sceneOf(whenStale);
      expect(await health()).toEqual([...impaired, 'loading', served, 0]);
      await load();
      expect(await health()).toEqual([200, 'ok', 'current', true, 0]);
      await revocations.revokeIssuer({ issuer });
      const silentSince = clock.now() / 1_000;
      store.knownAs = () => silentSince;
      expect(await health()).toEqual([200, 'ok', 'current', true, 1]);
    },
  );

  it.each([
    ['refuse', [503, 'error'], false],
    ['serve', [200, 'degraded'], true],
  ] as const)('says that it is old; whenStale: %p', async (whenStale, impaired, served) => {
    const { clock, health, load, store } = await sceneOf(whenStale);
    store.knownAs = () => Date.now() / 1_000;
    await load();
    const silentSince = clock.now() / 1_000;
    store.knownAs = () => silentSince;
    clock.advance(90);
    expect(await health()).toEqual([...impaired, 'stale', served, 0]);
    store.knownAs = () => clock.now() / 1_000;
    expect(await health()).toEqual([200, 'ok', 'current', true, 0]);
  });

  it('says nothing of revocations where there are none', async () => {
    const issuer = await openIssuer();
    const application = keep(await startApplication({ issuers: [issuer.config()] }, HEALTH));
    const { status, text } = await application.get('/health');
    expect(status).toBe(200);
    expect(text).not.toContain('revocations');
  });
});

describe('Metrics and channels', () => {
  it('count what was revoked, loads, and times that it was not known', async () => {
    const { meter, points } = keep(measuredMeter());
    const heard: unknown[] = [];
    const hear = (event: unknown): void => void heard.push(event);
    subscribe('nestjs-trusted-issuers:tokensRevoked', hear);
    const observer = createOpenTelemetryObserver({ meter });
    const { clock, issuer, load, revocations, store } = await sceneOf('refuse', observer);
    store.knownAs = () => clock.now() / 1_000;
    await load();
    await revocations.revokeSubject({ issuer, subject: 'mallory' });
    await revocations.revokeSubject({ issuer, subject: 'eve' });
    await revocations.endSession({ issuer: 'https://elsewhere.example.com', sessionId: 's' });
    unsubscribe('nestjs-trusted-issuers:tokensRevoked', hear);
    expect(await points('revocations')).toEqual([
      { issuer, kind: 'subject', value: 2 },
      // Not a word of what was named: only issuers that are configured.
      { kind: 'session', value: 1 },
    ]);
    expect(JSON.stringify(heard)).not.toMatch(/mallory|elsewhere/);
    expect(heard).toHaveLength(3);
    const [loads] = await points('revocations.load.duration');
    expect(loads).toMatchObject({ value: { count: 1 } });
    store.knownAs = () => 0;
    clock.advance(120);
    expect(await points('revocation_stale_episodes')).toEqual([{ served: false, value: 1 }]);
  });
});
