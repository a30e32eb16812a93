import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication, type TestApplication } from '../support/application.js';
import { expectGood, expectRefusal, expectSoundProcess, type Target } from '../support/attack.js';
import {
  AUDIENCE,
  ecdsa,
  fixed,
  forge,
  goodClaims,
  hmac,
  plain,
  withSignature,
} from '../support/forgery.js';

expectSoundProcess();

describe('Algorithms and signatures', () => {
  /** Keys fetched: one issuer of each family. */
  let rsa: TestIssuer;
  let ec: TestIssuer;
  let ed: TestIssuer;
  let shared: TestIssuer;
  /** Keys configured as PEM: what libraries took for a secret. */
  const pemIssuer = 'https://pem.example';
  const pemKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ecPemIssuer = 'https://ec-pem.example';
  const ecPemKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  let application: TestApplication;
  let target: Target;

  beforeAll(async () => {
    [rsa, ec, ed, shared] = await Promise.all([
      createTestIssuer({ algorithm: 'RS256' }),
      createTestIssuer({ algorithm: 'ES256' }),
      createTestIssuer({ algorithm: 'EdDSA' }),
      createTestIssuer({
        algorithm: 'HS256',
        listen: false,
        issuer: 'https://shared.example',
      }),
    ]);
    application = await startApplication({
      audience: AUDIENCE,
      issuers: [
        ...[rsa, ec, ed].map(({ issuer }) => issuer),
        shared.config(),
        { issuer: pemIssuer, keys: { publicKey: pemOf(pemKeys.publicKey) } },
        { issuer: ecPemIssuer, keys: { publicKey: pemOf(ecPemKeys.publicKey) } },
      ],
    });
    target = { application, good: () => ec.token() };
  });

  afterAll(async () => {
    await application.close();
    await Promise.all([rsa.close(), ec.close(), ed.close(), shared.close()]);
  });

  it('lets good tokens of all these issuers in', async () => {
    for (const issuer of [rsa, ec, ed, shared]) await expectGood(application, issuer.token());
    await expectGood(application, goodPemToken());
    const header = { alg: 'ES256' };
    const sign = ecdsa('sha256', ecPemKeys.privateKey);
    await expectGood(application, forge(header, goodClaims(ecPemIssuer), sign));
  });

  const goodPemToken = (): string =>
    forge({ alg: 'RS256' }, goodClaims(pemIssuer), plain('sha256', pemKeys.privateKey));

  // RFC 7515 section 4.1.1, RFC 7518 section 3.6, RFC 8725 section 3.1.
  describe('S1 alg none', () => {
    it.each(['none', 'None', 'NONE', 'nOnE', ' none', 'none ', ''])(
      'S1 %j is not an accepted algorithm',
      async (alg) => {
        for (const issuer of [rsa, ec, ed, shared]) {
          const header = { alg, kid: issuer.kid };
          const unsigned = forge(header, goodClaims(issuer.issuer), fixed(Buffer.alloc(0)));
          await expectRefusal(target, unsigned, 'signature_invalid');
          // The signature would be right, were it looked at.
          const signed = issuer.sign(header, goodClaims(issuer.issuer));
          await expectRefusal(target, signed, 'signature_invalid');
        }
      },
    );

    it('S1 the signature cut off a good token', async () => {
      for (const token of [rsa.token(), ec.token(), ed.token(), shared.token(), goodPemToken()])
        await expectRefusal(target, withSignature(token, ''), 'signature_invalid');
    });

    it.each([[undefined], [null], [['ES256']], [{ ES256: true }], [256], [true]])(
      'S1 alg %j is no algorithm at all',
      async (alg) => {
        const token = ec.sign({ alg, kid: ec.kid }, goodClaims(ec.issuer));
        await expectRefusal(target, token, 'token_malformed');
      },
    );

    it.each(['es256', 'ES256 ', 'ES256K', 'RS1', 'RSA1_5', 'dir', '__proto__', 'constructor'])(
      'S1 alg %j is accepted by no issuer',
      async (alg) => {
        const token = ec.sign({ alg, kid: ec.kid }, goodClaims(ec.issuer));
        await expectRefusal(target, token, 'signature_invalid');
      },
    );
  });

  // RFC 8725 section 3.1.
  describe('S2 public key material as HMAC secret', () => {
    const HASHES = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

    /** What an attacker can write a published key as. */
    const SPELLINGS: Record<string, (key: KeyObject, published: object) => string | Uint8Array> = {
      PEM: (key) => pemOf(key).trimEnd(),
      'PEM and a newline': (key) => `${pemOf(key).trimEnd()}\n`,
      'PEM and a CRLF': (key) => `${pemOf(key).trimEnd()}\r\n`,
      'PEM with CRLF throughout': (key) => pemOf(key).replaceAll('\n', '\r\n'),
      'a space and PEM': (key) => ` ${pemOf(key)}`,
      'a newline and PEM': (key) => `\n${pemOf(key)}`,
      'a word and PEM': (key) => `key:${pemOf(key)}`,
      'the text between the PEM lines': (key) => pemOf(key).split('\n').slice(1, -2).join(''),
      DER: (key) => key.export({ format: 'der', type: 'spki' }),
      'JWK JSON as published': (_key, published) => JSON.stringify(published),
      'JWK JSON of the bare key': (key) => JSON.stringify(key.export({ format: 'jwk' })),
      'JWK Set JSON': (_key, published) => JSON.stringify({ keys: [published] }),
      'the modulus or the point': (key) => {
        const { n, x } = key.export({ format: 'jwk' });
        return n ?? x ?? '';
      },
      'the decoded modulus or point': (key) => {
        const { n, x } = key.export({ format: 'jwk' });
        return Buffer.from(n ?? x ?? '', 'base64url');
      },
    };

    it.each(Object.keys(SPELLINGS))('S2 %s', async (spelling) => {
      const fetched = [rsa, ec, ed].map(({ issuer, kid, jwks }) => {
        const published = jwks.keys[0] as JsonWebKey;
        return { issuer, kid, published, key: createPublicKey({ key: published, format: 'jwk' }) };
      });
      const configured = [
        [pemIssuer, pemKeys.publicKey] as const,
        [ecPemIssuer, ecPemKeys.publicKey] as const,
      ].map(([issuer, key]) => ({
        issuer,
        kid: undefined,
        key,
        published: key.export({ format: 'jwk' }),
      }));
      for (const { issuer, kid, key, published } of [...fetched, ...configured]) {
        const secret = SPELLINGS[spelling]?.(key, published) ?? '';
        expect(secret.length).toBeGreaterThan(30);
        for (const [alg, hash] of Object.entries(HASHES)) {
          const token = forge({ alg, kid }, goodClaims(issuer), hmac(hash, secret));
          await expectRefusal(target, token, 'signature_invalid');
        }
      }
    });

    it('S2 an HMAC under the name of the asymmetric algorithm', async () => {
      const sign = hmac('sha256', pemOf(pemKeys.publicKey));
      const token = forge({ alg: 'RS256' }, goodClaims(pemIssuer), sign);
      await expectRefusal(target, token, 'signature_invalid');
    });

    it('S2 an asymmetric signature where a secret is shared', async () => {
      const sign = ecdsa('sha256', ecPemKeys.privateKey);
      const token = forge({ alg: 'ES256' }, goodClaims(shared.issuer), sign);
      await expectRefusal(target, token, 'signature_invalid');
    });
  });

  describe('S4 empty and null secrets', () => {
    it('S4 the right secret is let in, so that the wrong ones tell something', async () => {
      const sign = hmac('sha256', shared.secret);
      await expectGood(application, forge({ alg: 'HS256' }, goodClaims(shared.issuer), sign));
    });

    it.each(['', '\0', '\0'.repeat(32), 'null', 'undefined', '[object Object]', '0', 'secret'])(
      'S4 %j',
      async (secret) => {
        const sign = hmac('sha256', secret);
        for (const { issuer, kid } of [shared, rsa, ec, ed])
          for (const header of [{ alg: 'HS256', kid }, { alg: 'HS256' }])
            await expectRefusal(
              target,
              forge(header, goodClaims(issuer), sign),
              'signature_invalid',
            );
      },
    );
  });

  // RFC 7515 section 5.2, RFC 8725 section 3.4.
  describe('S21 psychic signatures', () => {
    const ORDER = Buffer.from(
      'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
      'hex',
    );
    const ZERO = Buffer.alloc(32);
    const ONE = Buffer.concat([Buffer.alloc(31), Buffer.of(1)]);

    it.each([
      ['r = 0, s = 0', [ZERO, ZERO]],
      ['r = 0, s = 1', [ZERO, ONE]],
      ['r = 1, s = 0', [ONE, ZERO]],
      ['r = n, s = n', [ORDER, ORDER]],
      ['r = n, s = 1', [ORDER, ONE]],
      ['all ones', [Buffer.alloc(64, 0xff)]],
    ])('S21 ES256 with %s', async (_name, halves) => {
      for (const token of [ec.token(), ec.token({ subject: 'root' })])
        await expectRefusal(
          target,
          withSignature(token, Buffer.concat(halves)),
          'signature_invalid',
        );
    });

    it('S21 zeros of the right length for RS256 and EdDSA', async () => {
      const zeros = [
        [rsa.token(), 256],
        [ed.token(), 64],
        [shared.token(), 32],
      ] as const;
      for (const [token, length] of zeros)
        await expectRefusal(
          target,
          withSignature(token, Buffer.alloc(length)),
          'signature_invalid',
        );
    });
  });

  // RFC 7515 section 5.2, RFC 7518 section 3.4.
  describe('S22 signatures of the wrong form', () => {
    it('S22 ES256 in DER', async () => {
      const der = plain('sha256', ecPemKeys.privateKey);
      await expectRefusal(
        target,
        forge({ alg: 'ES256' }, goodClaims(ecPemIssuer), der),
        'signature_invalid',
      );
    });

    it.each([1, 2, 31, 32, 63, 65, 70, 71, 72, 96, 128, 132, 255, 256, 257, 512])(
      'S22 %i random bytes',
      async (length) => {
        for (const issuer of [rsa, ec, ed, shared]) {
          const token = withSignature(issuer.token(), randomBytes(length));
          await expectRefusal(target, token, 'signature_invalid');
        }
      },
    );

    it('S22 the good signature, shortened and lengthened', async () => {
      for (const issuer of [rsa, ec, ed, shared]) {
        const token = issuer.token();
        const good = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
        const spoilt = [
          good.subarray(0, -1),
          good.subarray(1),
          Buffer.concat([good, Buffer.of(0)]),
          Buffer.concat([Buffer.of(0), good]),
          Buffer.concat([good, good]),
        ];
        for (const signature of spoilt)
          await expectRefusal(target, withSignature(token, signature), 'signature_invalid');
      }
    });
  });
});

function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}
