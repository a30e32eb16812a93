import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually, expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';

const scene = keyScene();

describe('Keys that rotate', () => {
  it('1,000 concurrent first requests: one fetch, and all are answered', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const token = server.issuer.token();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => application.get('/notes', token)),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(1_000);
    expect(server.hits.length).toBe(1);
  }, 20_000);

  it('a new kid is accepted at once', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    await server.issuer.rotateKeys();
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(server.keyHits).toBe(2);
  });

  it('a new kid is accepted 5 s after a short burst of junk', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    for (let i = 0; i < 20; i++)
      expectRefused(
        await application.get('/notes', server.issuer.token({ kid: randomUUID() })),
        'signature_invalid',
      );
    expect(server.keyHits).toBe(2);
    await server.issuer.rotateKeys();
    expectRefused(await application.get('/notes', server.issuer.token()), 'signature_invalid');
    scene.clock.advance(5);
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(server.keyHits).toBe(3);
  });

  it('a client that is stuck on an unknown kid delays no other for more than 5 s', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    for (let second = 0; second < 120; second++) {
      await application.get('/notes', server.issuer.token({ kid: 'stuck' }));
      scene.clock.advance(1);
    }
    // 0, 5, 15, 35, 65 and 95 seconds.
    expect(server.keyHits).toBe(1 + 6);
    await server.issuer.rotateKeys();
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });

  it('S31 a removed key’s tokens are refused after the next refresh', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const old = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', old));
    await server.issuer.rotateKeys({ keepOld: false });
    expectAccepted(await application.get('/notes', old));
    scene.clock.advance(600);
    await eventually(async () =>
      expectRefused(await application.get('/notes', old), 'signature_invalid'),
    );
  });

  it('S31 a removed key’s tokens are refused also where they were remembered', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const old = server.issuer.token();
    expectAccepted(await application.get('/notes', old));
    expectAccepted(await application.get('/notes', old));
    await server.issuer.rotateKeys({ keepOld: false });
    // The new key is asked for, and the answer lacks the old one.
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expectRefused(await application.get('/notes', old), 'signature_invalid');
  });

  it('S31 the same kid with new material is noticed with the next refresh', async () => {
    const server = await scene.keyServer();
    const other = await scene.keyServer(); // its key is named key-1 too
    const application = await scene.start({ issuers: [server.config()] });
    const before = server.issuer.token({ expiresInSeconds: 7_200 });
    const after = (): string => other.issuer.token({ claims: { iss: server.origin } });
    expectAccepted(await application.get('/notes', before));
    server.reply(other.issuer.jwks);
    expectRefused(await application.get('/notes', after()), 'signature_invalid');
    expect(server.keyHits).toBe(1);
    scene.clock.advance(600);
    await eventually(async () => expectAccepted(await application.get('/notes', after())));
    expectRefused(await application.get('/notes', before), 'signature_invalid');
  });

  it('an expired token of an unknown kid fetches nothing', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    for (let i = 0; i < 20; i++)
      expectRefused(
        await application.get('/notes', server.issuer.expiredToken({ kid: randomUUID() })),
        'token_expired',
      );
    expect(server.keyHits).toBe(1);
  });

  it('what one rotation taught is not forgotten: the pause is 5 s again', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    // Three fetches that bring nothing make the pause 20 s.
    for (const seconds of [5, 10, 0]) {
      await application.get('/notes', server.issuer.token({ kid: randomUUID() }));
      scene.clock.advance(seconds);
    }
    scene.clock.advance(20);
    await server.issuer.rotateKeys();
    expectAccepted(await application.get('/notes', server.issuer.token()));
    await server.issuer.rotateKeys();
    scene.clock.advance(4);
    expectRefused(await application.get('/notes', server.issuer.token()), 'signature_invalid');
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });

  it('a set that moved is found within the soft age, also while the old address answers', async () => {
    const server = await scene.keyServer();
    const { keys: _discovered, ...config } = server.config();
    const application = await scene.start({ issuers: [config] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    const old = structuredClone(server.issuer.jwks);
    await server.issuer.rotateKeys();
    server.reply(old);
    server.reply({ keys: server.issuer.jwks.keys }, '/v2/jwks');
    server.reply(
      { issuer: server.origin, jwks_uri: `${server.origin}/v2/jwks` },
      '/.well-known/openid-configuration',
    );
    let seconds = 0;
    const ask = () => application.get('/notes', server.issuer.token());
    // Each of these has the set fetched, so that by its age alone it would never be due.
    for (; (await ask()).status !== 200 && seconds < 3_600; seconds += 30) scene.clock.advance(30);
    expect(seconds).toBe(600);
  });

  it('a clock that is set back does not stop anything', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    scene.clock.advance(-86_400);
    await server.issuer.rotateKeys({ keepOld: false });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(server.keyHits).toBe(2);
  });
});
