import { createHash, randomUUID, sign } from 'node:crypto';
import { AUDIENCE, generateKeys, ISSUER } from '../support/world.mjs';

const HASHES = { ES256: 'sha256', EdDSA: null };
/** Neither is wanted by the other. */
const TOKEN_ALGORITHM = 'RS256';

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(header, claims, key, hash) {
  const input = `${encoded(header)}.${encoded(claims)}`;
  const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** An issuer, and one client that has a token bound to its key. */
export class Client {
  /** @param {'ES256' | 'EdDSA'} algorithm of its proofs */
  constructor(algorithm) {
    this.algorithm = algorithm;
    this.key = generateKeys(algorithm);
    this.jwk = this.key.publicKey.export({ format: 'jwk' });
    const issuerKey = generateKeys(TOKEN_ALGORITHM);
    const jwk = { ...issuerKey.publicKey.export({ format: 'jwk' }), kid: 'dpop', use: 'sig' };
    this.issuer = { algorithm: TOKEN_ALGORITHM, jwk };
    const now = Math.floor(Date.now() / 1_000);
    this.token = signed(
      { alg: TOKEN_ALGORITHM, typ: 'at+jwt', kid: jwk.kid },
      {
        ...{ iss: ISSUER, aud: AUDIENCE, sub: 'alice', client_id: 'bench', jti: randomUUID() },
        ...{ iat: now, exp: now + 3_600, cnf: { jkt: thumbprintOf(this.jwk) } },
      },
      issuerKey.privateKey,
      'sha256',
    );
    this.ath = createHash('sha256').update(this.token).digest('base64url');
  }

  /** The headers of so many requests, each with a proof of its own. */
  requests(count, url) {
    return Array.from({ length: count }, () => ({
      method: 'GET',
      headers: { authorization: `DPoP ${this.token}`, dpop: this.proof(url) },
    }));
  }

  proof(url) {
    const claims = { jti: randomUUID(), htm: 'GET', htu: url, iat: Math.floor(Date.now() / 1_000) };
    const header = { typ: 'dpop+jwt', alg: this.algorithm, jwk: this.jwk };
    const hash = HASHES[this.algorithm];
    return signed(header, { ...claims, ath: this.ath }, this.key.privateKey, hash);
  }
}

function thumbprintOf({ kty, crv, x, y }) {
  const members = kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
