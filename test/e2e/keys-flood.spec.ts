import { describe, expect, it } from '@jest/globals';
import { AccessTokenVerifier } from 'nestjs-trusted-issuers';
import { randomUUID } from 'node:crypto';
import { expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';

const scene = keyScene();

describe('A flood of tokens with random unknown kids', () => {
  it('10,000: one fetch, and valid tokens keep answering 200', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const good = server.issuer.token();
    expectAccepted(await application.get('/notes', good));
    // The kid is in the header, so that one signature does for all.
    const [, ...rest] = server.issuer.token().split('.');
    const junk = (): string =>
      [
        Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: randomUUID() })).toString(
          'base64url',
        ),
        ...rest,
      ].join('.');
    // The junk takes the guard's path without its connections, which would only be slow here.
    const verifier = application.app.get(AccessTokenVerifier);
    const refused: unknown[] = [];
    const caller = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        await verifier.verify(junk()).catch(({ code }) => refused.push(code));
        if (i % 20 === 0) expectAccepted(await application.get('/notes', good));
      }
    };
    await Promise.all(Array.from({ length: 50 }, caller));
    expect(refused.length).toBe(10_000);
    expect(new Set(refused)).toEqual(new Set(['signature_invalid']));
    expect(server.keyHits).toBe(2);
  }, 30_000);

  it('a lasting one: at most a fetch every 30 s, and a rotation is picked up with the next', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const good = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', good));
    const hitSeconds: number[] = [];
    for (let second = 0; second < 100; second++) {
      const before = server.keyHits;
      await application.get('/notes', server.issuer.token({ kid: randomUUID() }));
      if (server.keyHits > before) hitSeconds.push(second);
      expectAccepted(await application.get('/notes', good));
      scene.clock.advance(1);
    }
    expect(hitSeconds).toEqual([0, 5, 15, 35, 65, 95]);

    await server.issuer.rotateKeys();
    let waited = 0;
    while ((await application.get('/notes', server.issuer.token())).status !== 200) {
      await application.get('/notes', server.issuer.token({ kid: randomUUID() }));
      scene.clock.advance(1);
      waited += 1;
    }
    expect(waited).toBeLessThanOrEqual(30);
  }, 30_000);

  it('of the same twenty kids in turn: the pauses grow all the same', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    const kids = Array.from({ length: 20 }, () => randomUUID());
    const before = server.keyHits;
    for (let second = 0; second < 600; second++) {
      const kid = kids[second % kids.length] as string;
      await application.get('/notes', server.issuer.token({ kid }));
      scene.clock.advance(1);
    }
    // 5, 10, 20 and then 30 s apart, and one refresh ahead of the ten minutes.
    expect(server.keyHits - before).toBeLessThanOrEqual(4 + 600 / 30 + 1);
  }, 30_000);

  it('after a quiet spell the first pause is 5 s again', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    const junk = () => application.get('/notes', server.issuer.token({ kid: randomUUID() }));
    for (const seconds of [5, 10, 20, 60]) {
      await junk();
      scene.clock.advance(seconds);
    }
    const before = server.keyHits;
    await junk();
    scene.clock.advance(5);
    await junk();
    expect(server.keyHits).toBe(before + 2);
  });

  it('of one issuer: the others’ tokens fetch and are accepted as ever', async () => {
    const [flooded, other] = [await scene.keyServer(), await scene.keyServer()];
    const application = await scene.start({ issuers: [flooded.config(), other.config()] });
    for (let i = 0; i < 50; i++)
      await application.get('/notes', flooded.issuer.token({ kid: randomUUID() }));
    expectAccepted(await application.get('/notes', other.issuer.token()));
    await other.issuer.rotateKeys();
    expectAccepted(await application.get('/notes', other.issuer.token()));
    expectRefused(
      await application.get('/notes', flooded.issuer.token({ kid: randomUUID() })),
      'signature_invalid',
    );
  });
});
