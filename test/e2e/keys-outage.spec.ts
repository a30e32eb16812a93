import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import { ADAPTERS } from '../support/application.js';
import { eventually, expectAccepted, expectUnavailable, keyScene } from '../support/key-scene.js';
import { drop, fail, stall } from '../support/steerable-key-server.js';

const scene = keyScene();

/** Asks every tenth of a second of the scene's time, and notes when the key server was asked. */
async function hitTimes(
  server: { keyHits: number },
  seconds: number,
  ask: () => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  for (let tick = 0; tick < seconds * 5; tick++) {
    const before = server.keyHits;
    await ask();
    if (server.keyHits > before) times.push(tick / 5);
    scene.clock.advance(0.2);
  }
  return times;
}

function expectBackOff(times: readonly number[]): void {
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  for (const [index, pause] of pauses.entries()) {
    const nominal = Math.min(2 ** index, 30);
    expect(pause).toBeGreaterThanOrEqual(nominal * 0.8);
    expect(pause).toBeLessThanOrEqual(nominal + 0.41);
  }
}

describe.each(ADAPTERS)('A key server that is down, on %s', (adapter) => {
  it('warm: old keys serve past the soft age, not past the hard age, and it recovers', async () => {
    const stale: unknown[] = [];
    const [server, other] = [await scene.keyServer(), await scene.keyServer()];
    const application = await scene.start(
      {
        issuers: [server.config(), other.config()],
        observer: { staleKeysServed: (event) => void stale.push(event) },
      },
      { adapter },
    );
    const [token, others] = [server, other].map(({ issuer }) =>
      issuer.token({ expiresInSeconds: 7_200 }),
    );
    const statusOf = () => application.app.get(TrustedIssuers).status()[0];
    expectAccepted(await application.get('/notes', token));
    server.reply(fail(500));

    for (let minute = 1; minute < 60; minute++) {
      scene.clock.advance(60);
      expectAccepted(await application.get('/notes', token));
      if (minute === 9) {
        await eventually(() => expect(statusOf()?.lastError).toBeDefined());
        expect(statusOf()?.state).toBe('fresh');
      }
    }
    expect(stale).toEqual([{ issuer: server.origin, ageSeconds: expect.any(Number) }]);
    expect(statusOf()?.state).toBe('stale');

    scene.clock.advance(60);
    expectUnavailable(await application.get('/notes', token));
    expect(statusOf()?.state).toBe('unavailable');
    expectAccepted(await application.get('/notes', others));

    server.comeBack();
    scene.clock.advance(30);
    expectAccepted(await application.get('/notes', token));
    expect(statusOf()?.state).toBe('fresh');
    expect(application.log.text('log')).toContain(
      `the keys of ${server.origin} are available again`,
    );
  });

  it('cold: 503 at once within the back-off, with a Retry-After that matches it', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] }, { adapter });
    server.reply(drop);
    expectUnavailable(await application.get('/notes', server.issuer.token()), 1, 1);
    for (let i = 0; i < 20; i++)
      expectUnavailable(await application.get('/notes', server.issuer.token()), 1, 1);
    expect(server.keyHits).toBe(1);
    for (let failures = 2; failures <= 6; failures++) {
      scene.clock.advance(30);
      await application.get('/notes', server.issuer.token());
    }
    expectUnavailable(await application.get('/notes', server.issuer.token()), 24, 30);
    expect(server.keyHits).toBe(6);
    server.comeBack();
    expectUnavailable(await application.get('/notes', server.issuer.token()), 24, 30);
    scene.clock.advance(30);
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });
});

describe('A key server that is down', () => {
  it('cold: fetches back off from 1 to 30 s', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    server.reply(fail(503));
    const token = server.issuer.token({ expiresInSeconds: 7_200 });
    const times = await hitTimes(server, 130, () => application.get('/notes', token));
    expect(times.length).toBeGreaterThanOrEqual(8);
    expectBackOff(times);
  }, 30_000);

  it('warm: fetches back off from 1 to 30 s', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const token = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', token));
    server.reply(fail(503));
    scene.clock.advance(480);
    let failures = 0;
    const times = await hitTimes(server, 130, async () => {
      const before = server.keyHits;
      expectAccepted(await application.get('/notes', token));
      // The fetch is in the background; its failure must be known before time moves on.
      await new Promise((done) => setTimeout(done, 2));
      if (server.keyHits === before) return;
      failures += 1;
      await eventually(() =>
        expect(application.log.text('warn').split('cannot fetch').length).toBe(failures + 1),
      );
    });
    expect(times.length).toBeGreaterThanOrEqual(8);
    expectBackOff(times);
  }, 30_000);

  it('cold and hanging: the deadline is waited for once, not by every request', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({
      issuers: [server.config({ http: { timeoutMs: 300 } })],
    });
    server.reply(stall);
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    for (let i = 0; i < 100; i++)
      expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(server.keyHits).toBe(1);
  });

  it('a function of the application that never answers is given up as well', async () => {
    const server = await scene.keyServer();
    const hanging = () => new Promise<never>(() => {});
    for (const http of [{ headers: hanging }, { fetch: hanging }]) {
      const application = await scene.start({
        issuers: [server.config({ http: { timeoutMs: 100, ...http } })],
      });
      expectUnavailable(await application.get('/notes', server.issuer.token()));
      expect(application.log.text('error')).toContain('no complete answer within 100 ms');
    }
  });

  it('an unknown kid while it is down: 503, since it is unknown whether there is such a key', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    server.reply(fail(500));
    expectUnavailable(await application.get('/notes', server.issuer.token({ kid: randomUUID() })));
    expectUnavailable(await application.get('/notes', server.issuer.token({ kid: randomUUID() })));
    expect(server.keyHits).toBe(2);
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });

  it('says why once a fetch, and names the issuer', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    server.reply(fail(418));
    for (let i = 0; i < 5; i++) await application.get('/notes', server.issuer.token());
    const told = application.log.lines.filter(({ text }) => text.includes('status 418'));
    expect(told.map(({ level, text }) => [level, text])).toEqual([
      [
        'error',
        expect.stringContaining(`cannot fetch the keys of ${server.origin}: ${server.origin}/jwks`),
      ],
    ]);
  });
});

describe('Several addresses of one issuer', () => {
  it('one that was down for long is asked again while tokens need the others only', async () => {
    const [down, up] = [await scene.keyServer(), await scene.keyServer()];
    const jwksUri = [down, up].map(({ issuer }) => issuer.jwksUri);
    const application = await scene.start({ issuers: [up.config({ keys: { jwksUri } })] });
    const token = up.issuer.token({ kid: 'up', expiresInSeconds: 20_000 });
    up.reply({ keys: up.issuer.jwks.keys.map((key) => ({ ...key, kid: 'up' })) });
    const stateAfter = async (seconds: number): Promise<string | undefined> => {
      scene.clock.advance(seconds);
      expectAccepted(await application.get('/notes', token));
      return application.app.get(TrustedIssuers).status()[0]?.state;
    };
    expect(await stateAfter(0)).toBe('fresh');
    down.reply(fail(500));
    for (let minutes = 0; minutes < 90; minutes += 10) await stateAfter(600);
    // As a whole it serves.
    await eventually(async () => expect(await stateAfter(1)).toBe('stale'));
    down.comeBack();
    await eventually(async () => expect(await stateAfter(30)).toBe('fresh'));
  });
});
