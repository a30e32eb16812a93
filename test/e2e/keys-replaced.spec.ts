import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import {
  eventually,
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import type { SteerableKeyServer } from '../support/steerable-key-server.js';

const scene = keyScene();

/** The very `kid` of the issuer's key, and other material. */
async function successorOf({ issuer }: SteerableKeyServer) {
  const other = scene.closing(await createTestIssuer({ listen: false }));
  const [jwk] = other.jwks.keys;
  return {
    jwks: { keys: [{ ...jwk, kid: issuer.kid }] } as object,
    token: () => other.token({ claims: { iss: issuer.issuer }, header: { kid: issuer.kid } }),
  };
}

describe.each(['Express', 'Fastify'] as const)('A key set that changes, on %s', (adapter) => {
  // RFC 7517 section 4.5.
  it('a new key under the same kid is accepted soon after its first token', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] }, { adapter });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    const next = await successorOf(server);
    server.reply(next.jwks);
    expectRefused(await application.get('/notes', next.token()), 'signature_invalid');
    await eventually(async () => expectAccepted(await application.get('/notes', next.token())));
    expectRefused(await application.get('/notes', server.issuer.token()), 'signature_invalid');
  });

  it('the same under a flood of bad signatures, 30 s later at the latest', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] }, { adapter });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    const next = await successorOf(server);
    for (let second = 0; second < 120; second++) {
      expectRefused(await application.get('/notes', next.token()), 'signature_invalid');
      scene.clock.advance(1);
    }
    // One at first; at 5, 15, 35, 65 and 95 s there may be others, and at 480 s the refresh would be.
    expect(server.hits.length).toBeLessThanOrEqual(8);
    server.reply(next.jwks);
    for (let second = 0; second < 30; second++) {
      await application.get('/notes', next.token());
      scene.clock.advance(1);
    }
    await eventually(async () => expectAccepted(await application.get('/notes', next.token())));
  });

  it.each<[string, object[]]>([
    ['an empty object', [{}]],
    ['null', [null as never]],
    ['a key for encryption', [{ kty: 'EC', use: 'enc' }]],
  ])('nothing usable (%s) is a failed fetch: old keys serve, then 503', async (_name, keys) => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] }, { adapter });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    server.reply({ keys });
    const unknown = server.issuer.token({ header: { kid: 'unknown' } });
    expectUnavailable(await application.get('/notes', unknown));
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(application.log.text('warn')).toContain('none of the keys in the set is usable');
    scene.clock.advance(3_600);
    expectUnavailable(await application.get('/notes', server.issuer.token()));
  });

  it('an empty set withdraws all keys, said once, and the state is not fresh', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] }, { adapter });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    server.reply({ keys: [] });
    for (let turn = 0; turn < 3; turn++) {
      const unknown = server.issuer.token({ header: { kid: `unknown-${turn}` } });
      expectRefused(await application.get('/notes', unknown), 'signature_invalid');
      scene.clock.advance(60);
    }
    expectRefused(await application.get('/notes', server.issuer.token()), 'signature_invalid');
    const told = application.log.lines.filter(({ level }) => level === 'error');
    expect(told.map(({ text }) => text)).toEqual([expect.stringContaining('is empty')]);
    const issuers = application.app.get(TrustedIssuers);
    expect(issuers.status()).toMatchObject([{ state: 'unavailable', keys: 0 }]);
    server.comeBack();
    scene.clock.advance(60);
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(issuers.status()).toMatchObject([{ state: 'fresh', keys: 1 }]);
  });
});
