import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AuthEventMap,
  type AuthModuleConfig,
  MemoryRevocationStore,
  Revocations,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication, type TestApplication } from '../support/application.js';
import { MovableClock } from '../support/movable-clock.js';
import { SteerableRevocationStore } from '../support/steerable-revocation-store.js';

const DOWN = new Error('connection lost');
const SUBJECT = 'mallory';
const running: TestApplication[] = [];
let issuer: TestIssuer;
beforeAll(async () => void (issuer = await createTestIssuer({ listen: false })));
afterEach(async () => {
  for (const application of running.splice(0)) await application.close();
});

async function sceneOf(
  store: SteerableRevocationStore,
  options: Partial<NonNullable<AuthModuleConfig['revocation']>> = {},
) {
  const clock = new MovableClock();
  const events: Partial<AuthEventMap>[] = [];
  const application = await startApplication(
    {
      issuers: [{ ...issuer.config(), clockToleranceSeconds: 300 }],
      revocation: { store, ...options },
      observer: {
        tokensRevoked: (tokensRevoked) => void events.push({ tokensRevoked }),
        revocationsLoaded: (revocationsLoaded) => void events.push({ revocationsLoaded }),
        revocationsStale: (revocationsStale) => void events.push({ revocationsStale }),
      },
    },
    { clock },
  );
  running.push(application);
  // Before anything was revoked, by the one clock that counts here.
  const iat = Math.floor(clock.now() / 1_000) - 1;
  const token = (sub: string) => issuer.token({ claims: { sub, iat, exp: iat + 86_400 } });
  return {
    ...{ application, clock, events },
    revocations: application.app.get(Revocations),
    ask: (sub = 'alice') => application.get('/notes', token(sub)),
    said: () =>
      application.log.lines.map(({ text }) => text).filter((line) => /revocation/.test(line)),
  };
}

const markOn = (subject: string) => {
  const nowSeconds = Date.now() / 1_000;
  return {
    ...{ kind: 'subject', issuer: issuer.issuer, subject },
    ...{ issuedBeforeSeconds: nowSeconds + 60, untilSeconds: nowSeconds + 3_600 },
  };
};

/** A promise that a test resolves. */
function gate(): { readonly opening: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opening, open: () => open() };
}

describe('A store that takes its time at the start', () => {
  it('does not hold up the start: requests wait until the marks are there', async () => {
    const store = new SteerableRevocationStore();
    const { opening, open } = gate();
    store.opening = opening;
    store.kept.push(markOn(SUBJECT));
    const { ask, revocations, events } = await sceneOf(store);
    expect(revocations.status()).toMatchObject({ state: 'loading', ageSeconds: undefined });
    const answers = Promise.all([ask(), ask(SUBJECT)]);
    open();
    const [good, revoked] = await answers;
    expect(good.status).toBe(200);
    expect(revoked.json).toMatchObject({ code: 'token_revoked' });
    expect(revocations.status()).toMatchObject({ state: 'current', marks: 1 });
    expect(events).toEqual([{ revocationsLoaded: { marks: 1, durationMs: expect.any(Number) } }]);
  });

  it.each([
    ['refuse', 503],
    ['serve', 200],
  ] as const)(
    'is waited for 5 seconds, and then not at all; whenStale: %p',
    async (whenStale, status) => {
      const store = new SteerableRevocationStore();
      store.opening = new Promise(() => undefined);
      const { ask, clock, events, said } = await sceneOf(store, { whenStale });
      let answered = false;
      const waiting = ask().finally(() => (answered = true));
      await clock.advanceUntil(() => answered);
      const answer = await waiting;
      expect(answer.status).toBe(status);
      // The clock stands still: none of these can wait.
      for (let count = 0; count < 3; count++) expect((await ask()).status).toBe(status);
      if (status === 503) {
        expect(answer.json).toMatchObject({ code: 'keys_unavailable' });
        expect(answer.headers['retry-after']).toBe('5');
      }
      expect(events).toEqual([
        { revocationsStale: { loaded: false, served: whenStale === 'serve' } },
      ]);
      expect(said().filter((line) => /not loaded.*until it does/.test(line))).toHaveLength(1);
    },
  );

  it('is asked again until it answers', async () => {
    const store = new SteerableRevocationStore();
    store.failure = DOWN;
    store.kept.push(markOn(SUBJECT));
    const { ask, clock, revocations, said } = await sceneOf(store);
    clock.advance(10);
    expect((await ask()).status).toBe(503);
    store.failure = undefined;
    await clock.advanceUntil(() => revocations.status()?.state === 'current');
    expect((await ask()).status).toBe(200);
    expect((await ask(SUBJECT)).json).toMatchObject({ code: 'token_revoked' });
    expect(said().filter((line) => /could not be loaded/.test(line))).toHaveLength(1);
    expect(store.subscribers.size).toBe(1);
  });
});

describe('A store that falls silent', () => {
  it.each([
    ['refuse', 503],
    ['serve', 200],
  ] as const)(
    'counts as it was for maxStaleSeconds; whenStale: %p counts then, and it is said',
    async (whenStale, status) => {
      const store = new SteerableRevocationStore();
      const { ask, clock, events, revocations, said } = await sceneOf(store, {
        ...{ whenStale, maxStaleSeconds: 30 },
      });
      await revocations.revokeSubject({ issuer: issuer.issuer, subject: SUBJECT });
      const silentSince = clock.now() / 1_000;
      store.knownAs = () => silentSince;
      clock.advance(29);
      expect((await ask()).status).toBe(200);
      clock.advance(2);
      // What is known to be revoked is refused as that, whatever else is not known.
      expect((await ask(SUBJECT)).json).toMatchObject({ code: 'token_revoked' });
      for (let count = 0; count < 3; count++) expect((await ask()).status).toBe(status);
      expect(revocations.status()).toMatchObject({ state: 'stale', ageSeconds: 31 });
      const served = whenStale === 'serve';
      expect(events.slice(2)).toEqual([{ revocationsStale: { loaded: true, served } }]);
      expect(said().filter((line) => /maxStaleSeconds \(30\);/.test(line))).toHaveLength(1);

      store.knownAs = () => clock.now() / 1_000 - 1.75;
      clock.advance(1);
      expect((await ask()).status).toBe(200);
      expect(revocations.status()).toMatchObject({ state: 'current', ageSeconds: 1 });
      expect(said().at(-1)).toContain('answers again');
    },
  );

  it('is found silent though no request asks', async () => {
    const store = new SteerableRevocationStore();
    const { clock, events } = await sceneOf(store);
    store.knownAs = () => 0;
    await clock.advanceUntil(() => events.some((event) => 'revocationsStale' in event));
    expect(events.at(-1)).toEqual({ revocationsStale: { loaded: true, served: false } });
  });

  it.each([
    [
      'throws',
      () => {
        throw DOWN;
      },
    ],
    ['says nothing', () => undefined as never],
    ['says what is no number', () => Number.NaN],
    ['says it in a text', () => '9999999999' as never],
  ])('when asked how much it knows, %s: it knows nothing', async (_what, knownAs) => {
    const store = new SteerableRevocationStore();
    store.knownAs = knownAs;
    const { ask } = await sceneOf(store);
    expect((await ask()).json).toMatchObject({ status: 503, code: 'keys_unavailable' });
  });
});

describe('A store that can’t take a mark', () => {
  it('rejects; the mark counts in this process at once', async () => {
    const store = new SteerableRevocationStore();
    const { ask, revocations, events } = await sceneOf(store);
    expect((await ask(SUBJECT)).status).toBe(200);
    store.failure = DOWN;
    const revoking = revocations.revokeSubject({ issuer: issuer.issuer, subject: SUBJECT });
    await expect(revoking).rejects.toBe(DOWN);
    expect((await ask(SUBJECT)).json).toMatchObject({ code: 'token_revoked' });
    store.failure = undefined;
    await revocations.revokeSubject({ issuer: issuer.issuer, subject: SUBJECT });
    expect(store.kept).toHaveLength(1);
    expect(events.filter((event) => 'tokensRevoked' in event)).toEqual([
      { tokensRevoked: { kind: 'subject', issuer: issuer.issuer } },
    ]);
  });
});

const GARBAGE: readonly unknown[] = [
  ...[undefined, null, 7, 'mark', [], {}, { kind: 'subject' }, { kind: 'constructor' }],
  { kind: 'token', issuer: 'i', tokenId: 'j', untilSeconds: '9999999999' },
  { kind: 'token', issuer: 'i', tokenId: '', untilSeconds: 9_999_999_999 },
  { kind: 'subject', issuer: 'i', subject: 's', untilSeconds: 9_999_999_999 },
  { kind: 'issuer', issuer: {}, issuedBeforeSeconds: 1, untilSeconds: 9_999_999_999 },
  { kind: 'issuer', issuer: 'i', issuedBeforeSeconds: Number.NaN, untilSeconds: Infinity },
  {
    get kind(): never {
      throw DOWN;
    },
  },
];

describe('A store that gives garbage', () => {
  it('changes nothing but the log: the marks among it count', async () => {
    const store = new SteerableRevocationStore();
    store.kept.push(...GARBAGE, markOn(SUBJECT));
    const { ask, revocations, said } = await sceneOf(store);
    expect((await ask()).status).toBe(200);
    for (const one of [...GARBAGE, markOn('eve')]) store.hand(one);
    expect((await ask()).status).toBe(200);
    for (const sub of [SUBJECT, 'eve'])
      expect((await ask(sub)).json).toMatchObject({ code: 'token_revoked' });
    expect(revocations.status()?.marks).toBe(2);
    expect(said().filter((line) => /not a mark/.test(line))).toHaveLength(1);
    expect(said().join('\n')).not.toContain(SUBJECT);
  });
});

describe('A store that two applications share', () => {
  it('tells each process what the other revokes, and those that start later as well', async () => {
    const store = new MemoryRevocationStore();
    const start = async () => {
      const application = await startApplication({
        issuers: [issuer.config()],
        revocation: { store },
      });
      running.push(application);
      return application;
    };
    const [one, other] = [await start(), await start()];
    // Before: a token of the next second would be a new login.
    const token = issuer.token({ claims: { sub: SUBJECT } });
    await one.app.get(Revocations).revokeSubject({ issuer: issuer.issuer, subject: SUBJECT });
    const late = await start();
    for (const application of [one, other, late])
      expect((await application.get('/notes', token)).json).toMatchObject({
        code: 'token_revoked',
      });
  });

  it('is left by an application that closes', async () => {
    const store = new SteerableRevocationStore();
    const { application } = await sceneOf(store);
    expect(store.subscribers.size).toBe(1);
    await application.close();
    expect(store.subscribers.size).toBe(0);
  });
});
