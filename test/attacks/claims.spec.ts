import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication, type TestApplication } from '../support/application.js';
import {
  type AttackCode,
  expectGood,
  expectRefusal,
  expectSoundProcess,
  type Target,
} from '../support/attack.js';
import { AUDIENCE, goodClaims } from '../support/forgery.js';

expectSoundProcess();

describe('Claims', () => {
  const future = Math.floor(Date.now() / 1_000) + 3_600;
  const past = future - 7_200;

  let issuer: TestIssuer;
  let stranger: TestIssuer;
  let application: TestApplication;
  let target: Target;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    stranger = await createTestIssuer();
    application = await startApplication({ audience: AUDIENCE, issuers: [issuer.issuer] });
    target = { application, good: () => issuer.token() };
  });

  afterAll(async () => {
    await application.close();
    await Promise.all([issuer.close(), stranger.close()]);
  });

  const header = (): object => ({ alg: 'ES256', typ: 'at+jwt', kid: issuer.kid });

  /** Claims as JSON, with further members written as they are. */
  const claimsText = (members: string): string => {
    const { exp: _exp, ...claims } = goodClaims(issuer.issuer) as { exp: number };
    return `${JSON.stringify(claims).slice(0, -1)}${members && `,${members}`}}`;
  };

  // RFC 7519 section 7.2.
  describe('S17 a payload that is no object', () => {
    it.each([
      ['an array', () => [goodClaims(issuer.issuer)]],
      ['an empty array', () => []],
      ['a string', () => '"x"'],
      ['the claims as a string', () => JSON.stringify(JSON.stringify(goodClaims(issuer.issuer)))],
      ['a number', () => '1'],
      ['true', () => 'true'],
      ['null', () => 'null'],
      ['nothing', () => ''],
      ['white space', () => ' \n'],
      ['no JSON', () => 'undefined'],
      ['two objects', () => '{}{}'],
      ['a trailing comma', () => `${JSON.stringify(goodClaims(issuer.issuer)).slice(0, -1)},}`],
    ])('S17 %s', async (_name, payload) => {
      for (const typ of ['at+jwt', 'JWT']) {
        const token = issuer.sign({ ...header(), typ }, payload());
        await expectRefusal(target, token, 'token_malformed');
      }
    });

    it.each(['[]', '"x"', '1', 'null', 'true', ''])('S17 the header is %j', async (text) => {
      await expectRefusal(target, issuer.sign(text, goodClaims(issuer.issuer)), 'token_malformed');
    });
  });

  // RFC 7519 section 4.
  describe('S18 duplicate members: the last counts, for the look-up and for the check', () => {
    const iss = (value: string): string => `"iss":${JSON.stringify(value)}`;
    const withIss = (first: string, last: string): string => {
      const { iss: _iss, ...claims } = goodClaims('') as { iss: string };
      return `{${iss(first)},${JSON.stringify(claims).slice(1, -1)},${iss(last)}}`;
    };

    it('S18 iss: trusted last is trusted, and verified with its keys', async () => {
      const payload = withIss(stranger.issuer, issuer.issuer);
      const answer = await expectGood(application, issuer.sign(header(), payload));
      expect(answer.json).toMatchObject({ issuer: issuer.issuer });
      await expectRefusal(target, stranger.sign(header(), payload), 'signature_invalid');
    });

    it('S18 iss: untrusted last is untrusted, whichever key signed', async () => {
      const payload = withIss(issuer.issuer, stranger.issuer);
      await expectRefusal(target, issuer.sign(header(), payload), 'issuer_untrusted');
      await expectRefusal(target, stranger.sign(header(), payload), 'issuer_untrusted');
    });

    it('S18 iss written with an escape is the same member', async () => {
      const payload = withIss(issuer.issuer, stranger.issuer).replace(
        /"iss"(?=[^]*"iss")/,
        '"i\\u0073s"',
      );
      await expectRefusal(target, issuer.sign(header(), payload), 'issuer_untrusted');
    });

    it('S18 alg', async () => {
      const claims = goodClaims(issuer.issuer);
      const twice = (first: string, last: string): string =>
        `{"alg":"${first}","kid":"${issuer.kid}","alg":"${last}"}`;
      await expectGood(application, issuer.sign(twice('none', 'ES256'), claims));
      for (const last of ['none', 'HS256', 'RS256'])
        await expectRefusal(target, issuer.sign(twice('ES256', last), claims), 'signature_invalid');
    });

    it('S18 kid', async () => {
      const claims = goodClaims(issuer.issuer);
      const twice = (first: string, last: string): string =>
        `{"alg":"ES256","kid":"${first}","kid":"${last}"}`;
      await expectGood(application, issuer.sign(twice('other', issuer.kid), claims));
      await expectRefusal(
        target,
        issuer.sign(twice(issuer.kid, 'other'), claims),
        'signature_invalid',
      );
    });

    it('S18 typ', async () => {
      const claims = goodClaims(issuer.issuer);
      const twice = (first: string, last: string): string =>
        `{"alg":"ES256","kid":"${issuer.kid}","typ":"${first}","typ":"${last}"}`;
      await expectGood(application, issuer.sign(twice('logout+jwt', 'at+jwt'), claims));
      await expectRefusal(
        target,
        issuer.sign(twice('at+jwt', 'logout+jwt'), claims),
        'claims_invalid',
      );
    });

    it('S18 exp', async () => {
      const twice = (first: number, last: number): string =>
        issuer.sign(header(), claimsText(`"exp":${first},"exp":${last}`));
      await expectGood(application, twice(past, future));
      await expectRefusal(target, twice(future, past), 'token_expired');
    });

    it('S18 aud', async () => {
      const twice = (first: string, last: string): string =>
        issuer.sign(header(), claimsText(`"exp":${future},"aud":"${first}","aud":"${last}"`));
      await expectGood(application, twice('https://other.example', AUDIENCE));
      await expectRefusal(target, twice(AUDIENCE, 'https://other.example'), 'audience_invalid');
    });

    it('S18 sub: the identity is of the last', async () => {
      const payload = claimsText(`"exp":${future},"sub":"mallory","sub":"bob"`);
      const answer = await expectGood(application, issuer.sign(header(), payload));
      expect(answer.json).toMatchObject({ subject: 'bob' });
    });

    it('S18 crit counts in whatever order it is given twice', async () => {
      const twice = (first: string, last: string): string =>
        issuer.sign(
          `{"alg":"ES256","kid":"${issuer.kid}","crit":${first},"crit":${last}}`,
          goodClaims(issuer.issuer),
        );
      await expectRefusal(target, twice('[]', '["x"]'), 'token_malformed');
      await expectRefusal(target, twice('["x"]', 'null'), 'token_malformed');
    });
  });

  // RFC 7519 sections 4.1.4, 4.1.5 and 4.1.6.
  describe('S19 times that are no finite numbers', () => {
    it('S19 lets these claims in with a number', async () => {
      await expectGood(application, issuer.sign(header(), claimsText(`"exp":${future}`)));
      await expectGood(
        application,
        issuer.sign(header(), claimsText(`"exp":${future}.5,"nbf":${past}.25,"iat":${past}e0`)),
      );
    });

    const cases: [members: string, code: AttackCode][] = [
      ['', 'claims_invalid'],
      [`"exp":"${future}"`, 'claims_invalid'],
      ['"exp":"9999"', 'claims_invalid'],
      ['"exp":""', 'claims_invalid'],
      ['"exp":"Infinity"', 'claims_invalid'],
      ['"exp":1e999', 'claims_invalid'],
      ['"exp":-1e999', 'claims_invalid'],
      ['"exp":null', 'claims_invalid'],
      ['"exp":true', 'claims_invalid'],
      [`"exp":[${future}]`, 'claims_invalid'],
      [`"exp":{"valueOf":${future}}`, 'claims_invalid'],
      [`"exp":"2999-01-01T00:00:00Z"`, 'claims_invalid'],
      [`"EXP":${future}`, 'claims_invalid'],
      [`"__proto__":{"exp":${future}}`, 'claims_invalid'],
      ['"exp":0', 'token_expired'],
      ['"exp":-1', 'token_expired'],
      [`"exp":${past}`, 'token_expired'],
      [`"exp":${future},"nbf":"${past}"`, 'claims_invalid'],
      [`"exp":${future},"nbf":"9999999999"`, 'claims_invalid'],
      [`"exp":${future},"nbf":null`, 'claims_invalid'],
      [`"exp":${future},"nbf":[]`, 'claims_invalid'],
      [`"exp":${future},"nbf":-1e999`, 'claims_invalid'],
      [`"exp":${future},"nbf":1e999`, 'claims_invalid'],
      [`"exp":${future},"nbf":${future}`, 'token_not_active'],
      [`"exp":${future},"nbf":1e300`, 'token_not_active'],
      [`"exp":${future},"iat":"${past}"`, 'claims_invalid'],
      [`"exp":${future},"iat":null`, 'claims_invalid'],
      [`"exp":${future},"iat":1e999`, 'claims_invalid'],
      [`"exp":${future},"iat":-1e999`, 'claims_invalid'],
      [`"exp":${future},"iat":${future}`, 'token_not_active'],
      ['"exp":NaN', 'token_malformed'],
      ['"exp":Infinity', 'token_malformed'],
      [`"exp":0x7fffffff`, 'token_malformed'],
      [`"exp":0${future}`, 'token_malformed'],
      [`"exp":+${future}`, 'token_malformed'],
    ];

    it.each(cases)('S19 %s: %s', async (members, code) => {
      await expectRefusal(target, issuer.sign(header(), claimsText(members)), code);
    });
  });

  // RFC 7519 section 4.1.
  describe('S20 claims of the wrong type', () => {
    const cases: [name: string, value: unknown, code: AttackCode][] = [
      ['aud', {}, 'audience_invalid'],
      ['aud', { [AUDIENCE]: true }, 'audience_invalid'],
      ['aud', { 0: AUDIENCE, length: 1 }, 'audience_invalid'],
      ['aud', [], 'audience_invalid'],
      ['aud', [[AUDIENCE]], 'audience_invalid'],
      ['aud', [AUDIENCE, null], 'audience_invalid'],
      ['aud', [AUDIENCE, { a: 1 }], 'audience_invalid'],
      ['aud', null, 'audience_invalid'],
      ['aud', undefined, 'audience_invalid'],
      ['aud', true, 'audience_invalid'],
      ['aud', 1, 'audience_invalid'],
      ['aud', '', 'audience_invalid'],
      ['aud', `${AUDIENCE}/`, 'audience_invalid'],
      ['aud', `${AUDIENCE} https://other.example`, 'audience_invalid'],
      ['aud', AUDIENCE.toUpperCase(), 'audience_invalid'],
      ['aud', AUDIENCE.slice(0, -1), 'audience_invalid'],
      ['sub', {}, 'claims_invalid'],
      ['sub', ['alice'], 'claims_invalid'],
      ['sub', 1, 'claims_invalid'],
      ['sub', true, 'claims_invalid'],
      ['sub', null, 'claims_invalid'],
      ['sub', '', 'claims_invalid'],
      ['sub', undefined, 'claims_invalid'],
    ];

    it.each(cases)('S20 %s %j: %s', async (name, value, code) => {
      await expectRefusal(target, issuer.token({ claims: { [name]: value } }), code);
    });

    it.each([
      ['scope', {}],
      ['scope', [{ toString: 'admin' }]],
      ['roles', 'admin'],
      ['roles', { admin: true }],
      ['realm_access', []],
      ['realm_access', null],
      ['jti', {}],
      ['client_id', ['test-client']],
    ])('S20 %s %j gives nothing away and breaks nothing', async (name, value) => {
      const token = issuer.token({ claims: { [name]: value } });
      const answer = await application.get('/notes/identity', token);
      expect(answer.status).toBe(200);
      const { scopes, roles } = answer.json as { scopes: unknown[]; roles: unknown[] };
      for (const entry of [...scopes, ...roles]) expect(typeof entry).toBe('string');
    });

    // RFC 7515 section 4.1.9.
    it.each([[['at+jwt']], [{}], [1], [true]])('S20 typ %j in the header', async (typ) => {
      await expectRefusal(target, issuer.token({ header: { typ } }), 'token_malformed');
    });
  });

  describe('S34 a token bound to a key does not pass as a bearer token', () => {
    const thumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

    it.each([
      ['DPoP', { jkt: thumbprint }],
      ['mutual TLS', { 'x5t#S256': thumbprint }],
      ['both', { jkt: thumbprint, 'x5t#S256': thumbprint }],
      ['a whole key', { jwk: { kty: 'OKP', crv: 'Ed25519', x: thumbprint } }],
      ['a key by name', { kid: 'k' }],
      ['something unknown', { 'kc-jkt-type': 'x' }],
      ['nothing', {}],
      ['null', null],
      ['a string', thumbprint],
    ])('S34 %s', async (_name, cnf) => {
      await expectRefusal(target, issuer.token({ claims: { cnf } }), 'token_binding_invalid');
    });

    it('S34 the DPoP scheme is not ours, with or without a proof', async () => {
      const token = issuer.token({ claims: { cnf: { jkt: thumbprint } } });
      const proof = issuer.sign({ alg: 'ES256', typ: 'dpop+jwt' }, { htm: 'GET' });
      for (const headers of [
        [['Authorization', `DPoP ${token}`] as const],
        [['Authorization', `DPoP ${token}`] as const, ['DPoP', proof] as const],
      ])
        await expectRefusal(target, () => application.call('/notes', { headers }), 'auth_required');
    });

    it('S34 a DPoP proof is no access token', async () => {
      await expectRefusal(target, issuer.token({ type: 'dpop+jwt' }), 'claims_invalid');
    });
  });
});
