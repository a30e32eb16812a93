import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, type JWK, jwtVerify } from 'jose';
import { createTestIssuer } from '../../../src/testing/create-test-issuer.js';
import type { SigningAlgorithm } from '../../../src/testing/signing-algorithms.js';
import type { TestIssuer } from '../../../src/testing/test-issuer.js';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
const ELLIPTIC = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;
const ML_DSA = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;

const HAS_ML_DSA = canGenerateMlDsa();

let issuer: TestIssuer | undefined;

afterEach(async () => {
  await issuer?.close();
  issuer = undefined;
});

describe.each([...RSA, ...ELLIPTIC, ...(HAS_ML_DSA ? ML_DSA : [])])(
  'a token signed with %s',
  (algorithm) => {
    it('verifies with jose against the key set published over HTTP', async () => {
      issuer = await createTestIssuer({ algorithm });
      const keys = createRemoteJWKSet(new URL(issuer.jwksUri));
      const { payload, protectedHeader } = await jwtVerify(issuer.token(), keys, {
        issuer: issuer.issuer,
        audience: 'https://api.example.com',
        algorithms: [algorithm],
        typ: 'at+jwt',
      });
      expect(payload.sub).toBe('alice');
      expect(protectedHeader).toEqual({ alg: algorithm, typ: 'at+jwt', kid: issuer.kid });
    });
  },
);

describe('an algorithm this Node.js lacks', () => {
  const lacking = HAS_ML_DSA ? [] : ML_DSA;

  it('is refused with the reason, and nothing else is', async () => {
    const outcomes = await Promise.allSettled(
      ML_DSA.map((algorithm) => createTestIssuer({ algorithm, listen: false })),
    );
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    expect(reasons).toEqual(
      lacking.map((algorithm) =>
        expect.objectContaining({
          message:
            `${algorithm} is not supported by node:crypto of Node.js ${process.version}; ` +
            'use a newer Node.js or choose another algorithm',
          cause: expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }),
        }),
      ),
    );
  });
});

describe.each([
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
] as const)('a token signed with %s', (algorithm, secretBytes) => {
  it('verifies with the secret, which is as long as the hash and not published', async () => {
    issuer = await createTestIssuer({ algorithm, listen: false });
    const { protectedHeader } = await jwtVerify(issuer.token(), issuer.secret, {
      algorithms: [algorithm],
    });
    expect(protectedHeader.alg).toBe(algorithm);
    expect(issuer.secret).toHaveLength(secretBytes);
    expect(issuer.jwks).toEqual({ keys: [] });
  });
});

describe('a published key', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('of %s names its use', async (algorithm) => {
    issuer = await createTestIssuer({ algorithm, listen: false });
    expect(issuer.jwks.keys).toEqual([
      expect.objectContaining({ kid: issuer.kid, use: 'sig', alg: algorithm }),
    ]);
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('of %s has no private part', async (algorithm) => {
    issuer = await createTestIssuer({ algorithm, listen: false });
    expect(issuer.jwks.keys[0]).not.toHaveProperty('d');
  });

  it('has an RSA modulus of 2048 bits', async () => {
    issuer = await createTestIssuer({ algorithm: 'PS256', listen: false });
    const [key] = issuer.jwks.keys as JWK[];
    expect(Buffer.from(key?.n ?? '', 'base64url')).toHaveLength(256);
  });
});

describe('the secret', () => {
  it('is refused for an issuer that signs with a key pair', async () => {
    issuer = await createTestIssuer({ algorithm: 'ES256', listen: false });
    expect(() => issuer?.secret).toThrow(new TypeError('ES256 has no secret; use jwks'));
  });
});

describe('an unknown algorithm', () => {
  it.each(['none', 'toString', 'ES256K'])('%s is refused with the choices', async (algorithm) => {
    await expect(createTestIssuer({ algorithm: algorithm as SigningAlgorithm })).rejects.toThrow(
      /^algorithm ".+" is none of RS256, .*ES256, .*ML-DSA-87$/,
    );
  });
});

function canGenerateMlDsa(): boolean {
  try {
    (generateKeyPairSync as unknown as (type: string) => void)('ml-dsa-44');
    return true;
  } catch {
    return false;
  }
}
