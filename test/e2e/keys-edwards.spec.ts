import { describe, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import type { SignatureAlgorithm } from 'nestjs-trusted-issuers';
import { encode } from '../support/forgery.js';
import { expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';

const scene = keyScene();

describe.each(['Express', 'Fastify'] as const)('One Edwards key, two names, on %s', (adapter) => {
  async function answerTo(
    curve: 'Ed25519' | 'Ed448',
    jwkAlg: unknown,
    alg: string,
    algorithms?: readonly SignatureAlgorithm[],
  ) {
    const server = await scene.keyServer();
    const application = await scene.start(
      { issuers: [server.config(algorithms && { algorithms })] },
      { adapter },
    );
    const { publicKey, privateKey } =
      curve === 'Ed448' ? generateKeyPairSync('ed448') : generateKeyPairSync('ed25519');
    server.reply({
      keys: [
        { ...publicKey.export({ format: 'jwk' }), kid: 'e', alg: jwkAlg, use: null },
        ...server.issuer.jwks.keys,
      ],
    } as object);
    const head = encode({ alg, kid: 'e', typ: 'at+jwt' });
    const signed = `${head}.${String(server.issuer.token().split('.')[1])}`;
    const signature = sign(null, Buffer.from(signed), privateKey).toString('base64url');
    return application.get('/notes', `${signed}.${signature}`);
  }

  it.each([
    ...[undefined, null, 'EdDSA', 'Ed25519'].flatMap((own) =>
      ['EdDSA', 'Ed25519'].map((alg) => ['Ed25519', own, alg] as const),
    ),
    ...[undefined, 'EdDSA', 'Ed448'].flatMap((own) =>
      ['EdDSA', 'Ed448'].map((alg) => ['Ed448', own, alg] as const),
    ),
  ])('a key of %s that says %s verifies a token that says %s', async (curve, own, alg) => {
    expectAccepted(await answerTo(curve, own, alg));
  });

  it.each([
    ['Ed25519', 'Ed448', 'EdDSA'],
    ['Ed25519', undefined, 'Ed448'],
    ['Ed448', 'Ed25519', 'EdDSA'],
    ['Ed448', undefined, 'Ed25519'],
  ] as const)('a key of %s that says %s verifies none that says %s', async (curve, own, alg) => {
    expectRefused(await answerTo(curve, own, alg), 'signature_invalid');
  });

  it.each([
    ['EdDSA', 'Ed25519', 'Ed25519'],
    ['EdDSA', 'Ed25519', 'EdDSA'],
    ['EdDSA', 'Ed448', 'Ed448'],
    ['EdDSA', 'Ed448', 'EdDSA'],
    ['Ed25519', 'Ed25519', 'EdDSA'],
    ['Ed25519', 'Ed25519', 'Ed25519'],
    ['Ed448', 'Ed448', 'EdDSA'],
    ['Ed448', 'Ed448', 'Ed448'],
  ] as const)('where %s is accepted, a key of %s verifies %s', async (accepted, curve, alg) => {
    expectAccepted(await answerTo(curve, undefined, alg, ['ES256', accepted]));
  });

  it.each([
    ['Ed25519', 'Ed448', 'EdDSA'],
    ['Ed25519', 'Ed448', 'Ed448'],
    ['Ed448', 'Ed25519', 'EdDSA'],
    ['Ed448', 'Ed25519', 'Ed25519'],
    ['ES256', 'Ed25519', 'EdDSA'],
    ['ES256', 'Ed25519', 'Ed25519'],
  ] as const)('where %s is accepted, a key of %s verifies no %s', async (accepted, curve, alg) => {
    expectRefused(await answerTo(curve, undefined, alg, [accepted]), 'signature_invalid');
  });
});
