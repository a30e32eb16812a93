import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS } from '../support/application.js';
import { HEALTH } from '../support/health.js';
import { expectAccepted, expectRefused, eventually, keyScene } from '../support/key-scene.js';
import { fail } from '../support/steerable-key-server.js';

const scene = keyScene();

describe.each(ADAPTERS)('The health indicator for @nestjs/terminus, on %s', (adapter) => {
  it('follows an outage: up, degraded, down, up', async () => {
    const [server, other] = [await scene.keyServer(), await scene.keyServer()];
    const application = await scene.start(
      { issuers: [server.config(), other.config()] },
      {
        adapter,
        ...HEALTH,
      },
    );
    const [token, others] = [server, other].map(({ issuer }) =>
      issuer.token({ expiresInSeconds: 20_000 }),
    );
    const health = async () => {
      const { status, json } = await application.get('/health');
      const answer = json as { status: string; details: Record<string, { issuers: object }> };
      const issuers = answer.details['trustedIssuers']?.issuers as Record<
        string,
        { state: string }
      >;
      return [status, answer.status, ...Object.values(issuers).map(({ state }) => state)];
    };

    expect(await health()).toEqual([200, 'ok', 'pending', 'pending']);
    expectAccepted(await application.get('/notes', token));
    expectAccepted(await application.get('/notes', others));
    expect(await health()).toEqual([200, 'ok', 'fresh', 'fresh']);

    server.reply(fail(500));
    scene.clock.advance(600);
    expectAccepted(await application.get('/notes', token));
    await eventually(async () =>
      expect(await health()).toEqual([200, 'degraded', 'stale', 'fresh']),
    );

    scene.clock.advance(3_000);
    expect((await application.get('/notes', token)).status).toBe(503);
    expect(await health()).toEqual([200, 'degraded', 'unavailable', expect.any(String)]);

    other.reply(fail(500));
    scene.clock.advance(3_600);
    expect((await application.get('/notes', others)).status).toBe(503);
    expect(await health()).toEqual([503, 'error', 'unavailable', 'unavailable']);
    // Health checks are often public.
    expect((await application.get('/health')).text).not.toContain('status 500');

    server.comeBack();
    other.comeBack();
    scene.clock.advance(30);
    expectAccepted(await application.get('/notes', token));
    expectAccepted(await application.get('/notes', others));
    expect(await health()).toEqual([200, 'ok', 'fresh', 'fresh']);
  });

  it('comes back without a request that needs keys; what no token has needed yet is left', async () => {
    const [server, idle] = [await scene.keyServer(), await scene.keyServer()];
    const application = await scene.start(
      { issuers: [server.config(), idle.config()] },
      {
        adapter,
        ...HEALTH,
      },
    );
    server.reply(fail(500));
    expect((await application.get('/notes', server.issuer.token())).status).toBe(503);
    const status = async (): Promise<unknown> =>
      ((await application.get('/health')).json as { status: unknown }).status;
    expect(await status()).toBe('degraded');
    server.comeBack();
    scene.clock.advance(30);
    await eventually(async () => expect(await status()).toBe('ok'));
    expect(idle.hits).toEqual([]);
  });

  it('an issuer whose keys are in the configuration serves beside one that is down', async () => {
    const server = await scene.keyServer();
    const configured = await createTestIssuer({ listen: false, now: scene.clock.now });
    const application = await scene.start(
      {
        issuers: [configured.config({ keys: { jwks: configured.jwks } }), server.config()],
        warmUp: true,
      },
      { adapter, ...HEALTH },
    );
    server.reply(fail(500));
    expect((await application.get('/notes', server.issuer.token())).status).toBe(503);
    const status = async (): Promise<unknown> =>
      ((await application.get('/health')).json as { status: unknown }).status;
    expect(await status()).toBe('degraded');
    expectAccepted(await application.get('/notes', configured.token()));
    server.comeBack();
    scene.clock.advance(30);
    await eventually(async () => expect(await status()).toBe('ok'));
  });

  it('an issuer that withdrew all its keys is degraded, and down where no other has any', async () => {
    const [server, other] = [await scene.keyServer(), await scene.keyServer()];
    const application = await scene.start(
      { issuers: [server.config(), other.config()] },
      {
        adapter,
        ...HEALTH,
      },
    );
    const health = async (): Promise<unknown[]> => {
      const { status, json } = await application.get('/health');
      return [status, (json as { status: unknown }).status];
    };
    for (const { issuer } of [server, other])
      expectAccepted(await application.get('/notes', issuer.token()));
    const withdraw = async (from: typeof server) => {
      from.reply({ keys: [] });
      // An unknown key has the set fetched.
      const token = from.issuer.token({ kid: 'unknown' });
      expectRefused(await application.get('/notes', token), 'signature_invalid');
    };
    await withdraw(server);
    expect(await health()).toEqual([200, 'degraded']);
    await withdraw(other);
    expect(await health()).toEqual([503, 'error']);

    // The checks themselves have the keys fetched, where no request does.
    server.comeBack();
    scene.clock.advance(30);
    await eventually(async () => expect(await health()).toEqual([200, 'degraded']));
    other.comeBack();
    scene.clock.advance(30);
    await eventually(async () => expect(await health()).toEqual([200, 'ok']));
  });

  it('comes back from being out of service, where no request needs keys', async () => {
    const server = await scene.keyServer();
    server.reply(fail(500));
    const application = await scene.start(
      { issuers: [server.config()], warmUp: true },
      {
        adapter,
        ...HEALTH,
      },
    );
    const isDown = async (): Promise<boolean> => (await application.get('/health')).status === 503;
    await eventually(async () => expect(await isDown()).toBe(true));
    server.comeBack();
    scene.clock.advance(30);
    await eventually(async () => expect(await isDown()).toBe(false));
  });
});
