import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication, type TestApplication } from '../support/application.js';
import { expectGood, expectRefusal, expectSoundProcess, type Target } from '../support/attack.js';
import { AUDIENCE, ecdsa, forge, goodClaims } from '../support/forgery.js';

expectSoundProcess();

describe('Issuers', () => {
  const HOSTED = 'https://token.actions.githubusercontent.com';

  let a: TestIssuer;
  let b: TestIssuer;
  let hosted: TestIssuer;
  /** On nobody's list, and listening for anyone who comes all the same. */
  let evil: TestIssuer;
  let application: TestApplication;
  let target: Target;

  beforeAll(async () => {
    [a, b, evil, hosted] = await Promise.all([
      createTestIssuer(),
      createTestIssuer(),
      createTestIssuer(),
      createTestIssuer({ listen: false, issuer: HOSTED }),
    ]);
    application = await startApplication({
      audience: AUDIENCE,
      issuers: [a.config({ clientIds: ['test-client'] }), b.issuer, hosted.config()],
    });
    target = { application, good: () => a.token() };
  });

  afterAll(async () => {
    await application.close();
    await Promise.all([a.close(), b.close(), evil.close(), hosted.close()]);
  });

  /** How many requests each of these has had. */
  const counts = (): number[] => [a, b, evil, hosted].map(({ requests }) => requests.length);

  // RFC 7519 section 4.1.1.
  describe('S8 iss of another type', () => {
    it.each([
      ['a list that ends in a trusted one', () => [evil.issuer, a.issuer]],
      ['a list that begins with a trusted one', () => [a.issuer, evil.issuer]],
      ['a list of the trusted one alone', () => [a.issuer]],
      ['a list in a list', () => [[a.issuer]]],
      ['an empty list', () => []],
      ['an object', () => ({})],
      ['an object with toString', () => ({ toString: a.issuer })],
      ['a number', () => 1],
      ['true', () => true],
      ['null', () => null],
      ['nothing', () => undefined],
      ['an empty string', () => ''],
    ])('S8 %s', async (_name, iss) => {
      await expectGood(application, a.token());
      const before = counts();
      await expectRefusal(target, a.token({ claims: { iss: iss() } }), 'issuer_untrusted');
      expect(counts()).toEqual(before);
    });

    it('S8 an iss in the header is no iss', async () => {
      const token = a.token({ claims: { iss: undefined }, header: { iss: a.issuer } });
      await expectRefusal(target, token, 'issuer_untrusted');
    });
  });

  describe('S9 names that every object has', () => {
    it.each([
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'valueOf',
      'hasOwnProperty',
      '__defineGetter__',
      '0',
      'length',
      'size',
    ])('S9 iss %s', async (iss) => {
      await expectRefusal(target, a.token({ claims: { iss } }), 'issuer_untrusted');
    });

    it('S9 a member __proto__ does not lend the claims an issuer', async () => {
      const { iss, ...claims } = goodClaims(a.issuer) as { iss: string };
      const rest = JSON.stringify(claims).slice(1);
      const text = `{"__proto__":{"iss":${JSON.stringify(iss)}},${rest}`;
      await expectRefusal(target, a.sign({ alg: 'ES256', kid: a.kid }, text), 'issuer_untrusted');
    });
  });

  describe('S10 strings put together to meet in a key cache', () => {
    it('S10 an issuer and a kid that read the same when joined', async () => {
      const cold = await startApplication({ audience: AUDIENCE, issuers: [a.issuer] });
      const here: Target = { application: cold, good: () => a.token() };
      try {
        const before = counts();
        const joined = `${evil.issuer}/?:${a.issuer}`;
        const first = evil.token({ kid: 'k', claims: { iss: joined } });
        expect((await cold.get('/notes', first)).json).toMatchObject({ code: 'issuer_untrusted' });
        expect(counts()).toEqual(before);

        const second = evil.token({ kid: `k:${evil.issuer}/?`, claims: { iss: a.issuer } });
        await expectRefusal(here, second, 'signature_invalid');
        // One document and one key set, of the issuer that is trusted.
        const [ofA = 0, ofB, ofEvil] = counts();
        expect(ofA - (before[0] ?? 0)).toBe(2);
        expect([ofB, ofEvil]).toEqual([before[1], 0]);
      } finally {
        await cold.close();
      }
    });

    it.each([':', '|', ',', ' ', '\0', '\n', '#', '?', '/', '/../', '@', '%00', '\\'])(
      'S10 joined with %j',
      async (glue) => {
        await expectGood(application, b.token());
        const before = counts();
        for (const iss of [
          `${a.issuer}${glue}${a.kid}`,
          `${a.kid}${glue}${a.issuer}`,
          `${evil.issuer}${glue}${a.issuer}`,
          `${a.issuer}${glue}${evil.issuer}`,
          `${a.issuer}${glue}${b.issuer}`,
        ])
          for (const signer of [a, evil])
            await expectRefusal(target, signer.token({ claims: { iss } }), 'issuer_untrusted');
        for (const kid of [`${a.issuer}${glue}${a.kid}`, `${a.kid}${glue}${b.issuer}`])
          await expectRefusal(
            target,
            b.token({ kid, claims: { iss: a.issuer } }),
            'signature_invalid',
          );
        // An unknown kid may ask its own issuer once, and nobody else.
        const [ofA = 0, ...others] = counts();
        expect(ofA - (before[0] ?? 0)).toBeLessThanOrEqual(1);
        expect(others).toEqual(before.slice(1));
      },
    );
  });

  // RFC 8725 section 3.8.
  describe('S11 keys of one issuer for tokens of another', () => {
    it('S11 the kid is the same in both key sets', async () => {
      expect(a.kid).toBe(b.kid);
      const fresh = await startApplication({ audience: AUDIENCE, issuers: [a.issuer, b.issuer] });
      const here: Target = { application: fresh, good: () => b.token() };
      try {
        const before = counts();
        await expectRefusal(here, a.token({ claims: { iss: b.issuer } }), 'signature_invalid');
        const after = counts();
        // The keys of the issuer that is named are asked for, those of the signer never.
        expect(after[0]).toBe(before[0]);
        // Metadata and keys; once more in the background, since the key may be new under its kid.
        expect([2, 3]).toContain((after[1] ?? 0) - (before[1] ?? 0));
        await expectGood(fresh, a.token());
        await expectRefusal(here, b.token({ claims: { iss: a.issuer } }), 'signature_invalid');
      } finally {
        await fresh.close();
      }
    });

    it('S11 the kid is only in the key set of the other, or absent', async () => {
      const rotated = await createTestIssuer();
      await rotated.rotateKeys();
      const fresh = await startApplication({
        audience: AUDIENCE,
        issuers: [a.issuer, rotated.issuer],
      });
      const here: Target = { application: fresh, good: () => rotated.token() };
      try {
        expect(rotated.kid).not.toBe(a.kid);
        for (const header of [{ kid: rotated.kid }, { kid: undefined }]) {
          const token = rotated.token({ header, claims: { iss: a.issuer } });
          await expectRefusal(here, token, 'signature_invalid');
        }
      } finally {
        await fresh.close();
        await rotated.close();
      }
    });

    it('S11 a key that its set lends to one other issuer only', async () => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const lent = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const anyTenant = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const tenant = 'https://login.example/11111111-1111-4111-8111-111111111111/v2.0';
      const jwk = (pair: typeof own, kid: string, issuer: string): object => ({
        ...pair.publicKey.export({ format: 'jwk' }),
        kid,
        use: 'sig',
        issuer,
      });
      const keys = [
        jwk(own, 'own', tenant),
        jwk(lent, 'lent', 'https://login.example/22222222-2222-4222-8222-222222222222/v2.0'),
        // As Microsoft Entra writes it of keys that sign for every tenant.
        jwk(anyTenant, 'any', 'https://login.example/{tenantid}/v2.0'),
      ];
      const entra = await startApplication({
        audience: AUDIENCE,
        issuers: [{ issuer: tenant, keys: { jwks: { keys } } }],
      });
      const token = (pair: typeof own, kid?: string): string =>
        forge({ alg: 'ES256', kid }, goodClaims(tenant), ecdsa('sha256', pair.privateKey));
      const here: Target = { application: entra, good: () => token(own, 'own') };
      try {
        await expectGood(entra, token(anyTenant, 'any'));
        for (const kid of ['lent', 'own', undefined])
          await expectRefusal(here, token(lent, kid), 'signature_invalid');
      } finally {
        await entra.close();
      }
    });
  });

  // RFC 7519 section 4.1.1, RFC 9068 section 4.
  describe('S12 an issuer that looks like a trusted one', () => {
    // Which fetches what the comparison of counts must not see.
    beforeAll(() => expectGood(target.application, target.good()));

    it('S12 lets the trusted one in', async () => {
      await expectGood(application, hosted.token());
    });

    it.each([
      `${HOSTED}.evil.com`,
      `${HOSTED}.`,
      `${HOSTED}/`,
      `${HOSTED}//`,
      `${HOSTED}/../x`,
      `${HOSTED}/.`,
      `${HOSTED}/evil`,
      `${HOSTED}?`,
      `${HOSTED}#`,
      `${HOSTED}:443`,
      `${HOSTED} `,
      ` ${HOSTED}`,
      `${HOSTED}\n`,
      `\t${HOSTED}`,
      `${HOSTED}\0`,
      `\uFEFF${HOSTED}`,
      `${HOSTED}\u200b`,
      `${HOSTED}@evil.com`,
      `https://evil.com@${HOSTED.slice(8)}`,
      `https://${HOSTED.slice(8)}@evil.com`,
      HOSTED.slice(0, -1),
      HOSTED.slice(8),
      HOSTED.toUpperCase(),
      HOSTED.replace('token', 'Token'),
      HOSTED.replace('https', 'http'),
      HOSTED.replace('https', 'HTTPS'),
      HOSTED.replace('token', '%74oken'),
      HOSTED.replace('o', '\u043e'),
      HOSTED.replace('t', '\uff54'),
      HOSTED.replaceAll('/', '\\'),
    ])('S12 %j', async (iss) => {
      const before = counts();
      await expectRefusal(target, hosted.token({ claims: { iss } }), 'issuer_untrusted');
      expect(counts()).toEqual(before);
    });
  });

  describe('S36 two applications in one process', () => {
    const SHARED_NAME = 'https://same-name.example';
    let namesakeA: TestIssuer;
    let namesakeB: TestIssuer;
    let applicationA: TestApplication;
    let applicationB: TestApplication;

    beforeAll(async () => {
      [namesakeA, namesakeB] = await Promise.all([
        createTestIssuer({ listen: false, issuer: SHARED_NAME }),
        createTestIssuer({ listen: false, issuer: SHARED_NAME }),
      ]);
      applicationA = await startApplication(
        { audience: AUDIENCE, issuers: [a.issuer, namesakeA.config()] },
        { adapter: 'Express' },
      );
      applicationB = await startApplication(
        { audience: AUDIENCE, issuers: [b.issuer, namesakeB.config()] },
        { adapter: 'Fastify' },
      );
    });

    afterAll(async () => {
      await Promise.all([applicationA.close(), applicationB.close()]);
      await Promise.all([namesakeA.close(), namesakeB.close()]);
    });

    it('S36 crossed tokens: each accepts only those of its own issuers', async () => {
      const ofA: Target = { application: applicationA, good: () => a.token() };
      const ofB: Target = { application: applicationB, good: () => b.token() };
      for (let round = 0; round < 2; round++) {
        await expectRefusal(ofA, b.token(), 'issuer_untrusted');
        await expectRefusal(ofB, a.token(), 'issuer_untrusted');
      }
    });

    it('S36 issuers of one name and different keys stay apart', async () => {
      const ofA: Target = { application: applicationA, good: () => namesakeA.token() };
      const ofB: Target = { application: applicationB, good: () => namesakeB.token() };
      for (let round = 0; round < 2; round++) {
        await expectRefusal(ofA, namesakeB.token(), 'signature_invalid');
        await expectRefusal(ofB, namesakeA.token(), 'signature_invalid');
      }
    });

    it('S36 crossed tokens all at once', async () => {
      const calls = Array.from({ length: 40 }, async (_, index) => {
        const [own, other] = index % 2 === 0 ? [a, b] : [b, a];
        const at = index % 2 === 0 ? applicationA : applicationB;
        const answers = await Promise.all([
          at.get('/notes', own.token({ subject: `caller-${index}` })),
          at.get('/notes', other.token()),
        ]);
        return answers.map(({ status, json }) => [status, (json as { subject?: string }).subject]);
      });
      for (const [index, answers] of (await Promise.all(calls)).entries())
        expect(answers).toEqual([
          [200, `caller-${index}`],
          [401, undefined],
        ]);
    });

    it('S36 one that closes does not take the other with it', async () => {
      const third = await startApplication({ audience: AUDIENCE, issuers: [evil.issuer] });
      await expectGood(third, evil.token());
      await third.close();
      await expectRefusal(
        { application: applicationA, good: () => a.token() },
        evil.token(),
        'issuer_untrusted',
      );
    });
  });

  describe('S38 the same e-mail address from two issuers', () => {
    it('S38 is two identities', async () => {
      const claims = { email: 'alice@example.com', email_verified: true };
      const identities = await Promise.all(
        [a, b].map(async (issuer) => {
          const token = issuer.token({ subject: 'alice', claims });
          const answer = await application.get('/notes/identity', token);
          expect(answer.status).toBe(200);
          return answer.json as { id: string; issuer: string; claims: { email: string } };
        }),
      );
      expect(identities.map((identity) => identity.claims.email)).toEqual([
        claims.email,
        claims.email,
      ]);
      expect(identities.map(({ issuer }) => issuer)).toEqual([a.issuer, b.issuer]);
      expect(identities.map(({ id }) => id)).toEqual([`${a.issuer}|alice`, `${b.issuer}|alice`]);
      for (const { id } of identities) expect(id).not.toContain('@');
    });

    it('S38 an e-mail address is no subject', async () => {
      const claims = { sub: undefined, email: 'alice@example.com' };
      await expectRefusal(target, a.token({ claims }), 'claims_invalid');
    });
  });

  describe('S39 what an untrusted issuer is told', () => {
    it('S39 nothing of the configuration, in detailed and in minimal answers', async () => {
      const minimal = await startApplication({
        audience: AUDIENCE,
        disclosure: 'minimal',
        issuers: [a.config({ clientIds: ['test-client'] }), b.issuer],
      });
      try {
        const told = [];
        for (const at of [application, minimal])
          for (const token of [evil.token(), evil.tamperedToken(), evil.expiredToken()]) {
            const answer = await at.get('/notes', token);
            expect(answer.status).toBe(401);
            told.push(answer.text + JSON.stringify(answer.headers));
          }
        const secrets = [a.issuer, b.issuer, HOSTED, evil.issuer, AUDIENCE, 'test-client', a.kid];
        for (const text of told) for (const secret of secrets) expect(text).not.toContain(secret);
      } finally {
        await minimal.close();
      }
    });

    it('S39 the same whether signature and times are good or not, and nothing is fetched', async () => {
      const cold = await startApplication({ audience: AUDIENCE, issuers: [a.issuer, b.issuer] });
      try {
        const before = counts();
        for (const token of [evil.token(), evil.tamperedToken(), evil.expiredToken()])
          expect((await cold.get('/notes', token)).json).toMatchObject({
            code: 'issuer_untrusted',
          });
        expect(counts()).toEqual(before);
        const here: Target = { application: cold, good: () => a.token() };
        await expectRefusal(here, evil.token(), 'issuer_untrusted');
      } finally {
        await cold.close();
      }
    });
  });
});
