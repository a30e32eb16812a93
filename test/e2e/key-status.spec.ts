import { describe, expect, it } from '@jest/globals';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { eventually, expectAccepted, expectUnavailable, keyScene } from '../support/key-scene.js';
import { fail, stall } from '../support/steerable-key-server.js';

const scene = keyScene();

describe('TrustedIssuers.status()', () => {
  it('tells of each issuer how its keys are', async () => {
    const [server, other] = [await scene.keyServer(), await scene.keyServer()];
    const configured = {
      ...other.config(),
      issuer: 'https://static.example',
      keys: { jwks: other.issuer.jwks },
    };
    const application = await scene.start({ issuers: [server.config(), configured] });
    const trustedIssuers = application.app.get(TrustedIssuers);
    const never = { lastSuccessAt: undefined, ageSeconds: undefined, nextRefreshAt: undefined };
    const fixed = {
      issuer: 'https://static.example',
      state: 'static',
      keys: 1,
      ...never,
      lastError: undefined,
    };
    const at = (seconds: number): Date => new Date(scene.clock.now() + seconds * 1_000);
    expect(trustedIssuers.status()).toEqual([
      { issuer: server.origin, state: 'pending', keys: 0, ...never, lastError: undefined },
      fixed,
    ]);
    expect(server.hits).toEqual([]);

    expectAccepted(await application.get('/notes', server.issuer.token()));
    scene.clock.advance(100);
    expect(trustedIssuers.status()).toEqual([
      {
        issuer: server.origin,
        state: 'fresh',
        keys: 1,
        lastSuccessAt: at(-100),
        ageSeconds: 100,
        nextRefreshAt: at(380),
        lastError: undefined,
      },
      fixed,
    ]);

    server.reply(fail(502));
    scene.clock.advance(3_500);
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    const [status] = trustedIssuers.status();
    expect(status).toMatchObject({ state: 'unavailable', keys: 0, ageSeconds: 3_600 });
    expect(status?.lastError).toEqual({
      at: at(0),
      message: `${server.origin}/jwks cannot be read (status 502)`,
    });
    expect(status?.nextRefreshAt?.getTime()).toBeGreaterThan(at(0.7).getTime());
    expect(status?.nextRefreshAt?.getTime()).toBeLessThanOrEqual(at(1).getTime());
  });
});

describe('warmUp', () => {
  it('off: nothing is fetched before a token comes', async () => {
    const server = await scene.keyServer();
    await scene.start({ issuers: [server.config()] });
    expect(server.hits).toEqual([]);
  });

  it('on: keys that are in the configuration are there', async () => {
    const issuer = await createTestIssuer({ listen: false, now: scene.clock.now });
    const application = await scene.start({
      issuers: [issuer.config({ keys: { jwks: issuer.jwks } })],
      warmUp: true,
    });
    const [status] = application.app.get(TrustedIssuers).status();
    expect(status).toMatchObject({ issuer: issuer.issuer, state: 'static', keys: 1 });
    expect(status).not.toHaveProperty('introspection');
    expectAccepted(await application.get('/notes', issuer.token()));
  });

  it('on: all issuers at once; one that hangs and one that is down delay no other', async () => {
    const servers = [await scene.keyServer(), await scene.keyServer(), await scene.keyServer()];
    const [hanging, down, good] = servers as [
      (typeof servers)[0],
      (typeof servers)[0],
      (typeof servers)[0],
    ];
    hanging.reply(stall);
    down.reply(fail(500));
    const application = await scene.start({
      issuers: servers.map((server) => server.config()),
      warmUp: true,
    });
    await eventually(() =>
      expect(
        application.app
          .get(TrustedIssuers)
          .status()
          .map(({ state }) => state),
      ).toEqual(['pending', 'unavailable', 'fresh']),
    );
    expect(servers.map(({ keyHits }) => keyHits)).toEqual([1, 1, 1]);
    expect(application.log.text('error')).toContain(`cannot fetch the keys of ${down.origin}`);
    expectAccepted(await application.get('/notes', good.issuer.token()));
    expect(good.keyHits).toBe(1);
    down.comeBack();
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', down.issuer.token()));
  });
});
