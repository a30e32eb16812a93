import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';

/**
 * The public half of a new key. Read again before it is exported: on Node.js 20 a key that is exported as a JWK can
 * wait for ever for the job that has generated it.
 */
export function newPublicJwk(kind: 'ec' | 'ed25519'): JsonWebKey {
  const { publicKey } =
    kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync(kind);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createPublicKey({ key: spki, type: 'spki', format: 'der' }).export({ format: 'jwk' });
}
