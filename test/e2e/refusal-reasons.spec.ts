import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuthModuleConfig, TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import {
  type AccessTokenOptions,
  createTestIssuer,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { startVerifier } from '../support/verifier.js';

const ISSUER = 'https://login.example.com/realms/a';
const APP_ID = '11111111-2222-4333-8444-555555555555';
const NAMES = ['https://api.example.com', `api://${APP_ID}`, 'Orders'];
const ACCEPTED = NAMES.map((name) => JSON.stringify(name)).join(', ');

/** Terms that are not those of the first issuer, by the name of the issuer that has them. */
const OTHERS: Record<string, Partial<TrustedIssuerConfig>> = {
  'https://clients.example.com/': { clientIds: ['web', 'cli'] },
  'https://claims.example.com/': { requiredClaims: { plan: ['gold', 'silver'], level: 3 } },
  'https://predicate.example.com/': { requiredClaims: { plan: () => false } },
  'https://young.example.com/': { maxTokenAgeSeconds: 60 },
  'https://other-subject.example.com/': { identity: { subject: ['oid', 'uid'] } },
  'https://narrow.example.com/': { algorithms: ['RS256', 'PS256'] },
  'https://types.example.com/': { tokenTypes: ['at+jwt'] },
  'http://127.0.0.1:8080/': {},
  'http://keycloak:8080/realms/inner': {},
  'https://tenant.eu.auth0.example/': {},
};

describe.each(ADAPTERS)('What the log says of a refusal, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false, issuer: ISSUER });
    const rsa = await createTestIssuer({ listen: false, algorithm: 'RS256' });
    const keys = { jwks: issuer.jwks };
    const ofRsa = { jwks: rsa.jwks };
    application = await startApplication(
      {
        audience: NAMES,
        issuers: [
          { issuer: ISSUER, keys },
          ...Object.entries(OTHERS).map(([name, terms]) => ({
            issuer: name,
            keys: terms.algorithms ? ofRsa : keys,
            ...terms,
          })),
        ],
      },
      { adapter },
    );
  });
  afterAll(() => application.close());

  const refusal = async (headers: readonly (readonly [string, string])[]): Promise<string> => {
    application.log.clear();
    const answer = await application.call('/notes', { headers });
    const { code } = answer.json as { code: string };
    const [line = '', ...more] = application.log.lines.filter(({ level }) => level === 'debug');
    expect(more).toEqual([]);
    const text = line === '' ? '' : line.text.replace(/ TrustedIssuers$/, '');
    expect(text).toContain(`${code}: `);
    // What the operator is told is nobody else's business.
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain(
      text.slice(text.indexOf(': ')),
    );
    return text;
  };
  const refusalOf = (token: string): Promise<string> =>
    refusal([['Authorization', `Bearer ${token}`]]);
  const withClaims = (claims: Readonly<Record<string, unknown>>): string =>
    issuer.token({ claims });

  describe('audience_invalid', () => {
    const slips: [name: string, aud: unknown, text: string][] = [
      ['a slash', 'https://api.example.com/', `It differs from "${NAMES[0]}" in a trailing slash`],
      ['the scheme', 'http://api.example.com', `"${NAMES[0]}" in the scheme`],
      ['no scheme', 'api.example.com', `"${NAMES[0]}" in the scheme`],
      ['a port', 'https://api.example.com:443', 'in a default port'],
      ['another port', 'https://api.example.com:8443', 'in the port'],
      ['the case', 'orders', '"Orders" in upper and lower case'],
      ['no api://', APP_ID, `"api://${APP_ID}" in the prefix "api://"`],
      ['spn:', `spn:${APP_ID}`, 'in the prefix "api://"'],
      ['a slash behind the prefix', `api://${APP_ID}/`, 'in a trailing slash'],
      ['a path', 'https://api.example.com/v1', 'in the path at its end'],
      ['white space', ' Orders', 'in white space around it'],
      ['a list in one string', 'https://x.example Orders', 'further names in the same string'],
      ['another host of the domain', 'https://www.example.com', 'in the host'],
      ['one near miss of several', ['a', 'b', 'orders'], '"Orders" in upper and lower case'],
      ['the client itself', 'test-client', 'It names the client itself'],
      ['Keycloak without a mapper', 'account', 'no mapper of the client adds an audience'],
      [
        'Microsoft Graph',
        '00000003-0000-0000-c000-000000000000',
        'the client must ask for a scope of this API',
      ],
    ];
    it.each(slips)('%s: %j', async (_name, aud, text) => {
      const line = await refusalOf(withClaims({ aud }));
      expect(line).toMatch(/^audience_invalid: no accepted audience in "aud"; accepted: /);
      expect(line).toContain(ACCEPTED);
      expect(line).toContain(text);
      for (const value of [aud].flat())
        if (!ACCEPTED.includes(String(value).trim()) && value !== 'a' && value !== 'b')
          expect(line.replace(ACCEPTED, '')).not.toContain(`"${String(value)}"`);
    });

    it.each<[name: string, aud: unknown, text: string]>([
      ['absent', undefined, '"aud" is missing; accepted: '],
      ['null', null, '"aud" is null, not a string or list of strings; accepted: '],
      ['a number', 5, '"aud" is a number, not a string or list of strings; accepted: '],
      ['an empty list', [], '"aud" is an empty list; accepted: '],
      ['a list with a number', ['Orders', 5], '"aud" is a list with a number in it'],
      ['nothing alike', 'https://secret-name.example', 'no accepted audience in "aud"; accepted: '],
    ])('%s', async (_name, aud, text) => {
      const line = await refusalOf(withClaims({ aud }));
      expect(line).toContain(`audience_invalid: ${text}`);
      expect(line).toContain(ACCEPTED);
      expect(line).not.toMatch(/differs|secret-name/);
    });
  });

  describe('issuer_untrusted', () => {
    it.each<[iss: unknown, text: string]>([
      [undefined, '"iss" is absent; trusted: "https://login.example.com/realms/a", '],
      [5, '"iss" is a number, not a string; trusted: '],
      [null, '"iss" is null, not a string; trusted: '],
      [['x'], '"iss" is a list, not a string; trusted: '],
      ['', '"iss" is not a trusted issuer; trusted: '],
      ['https://secret-name.test/', '"iss" is not a trusted issuer; trusted: '],
    ])('%j: whom the application trusts', async (iss, text) => {
      const line = await refusalOf(withClaims({ iss }));
      expect(line).toContain(`issuer_untrusted: ${text}`);
      expect(line).not.toContain('secret-name');
      expect(application.log.text('warn')).toBe('');
    });

    const MACHINE = 'the name of this machine (localhost, 127.0.0.1 and [::1] are different hosts)';
    it.each([
      [`${ISSUER}/`, ISSUER, 'a trailing slash'],
      ['https://LOGIN.example.com/realms/a', ISSUER, 'upper and lower case'],
      ['https://login.example.com:8443/realms/a', ISSUER, 'the port'],
      ['http://localhost:8080/', 'http://127.0.0.1:8080/', MACHINE],
      ['http://localhost:8080', 'http://127.0.0.1:8080/', `${MACHINE} and a trailing slash`],
      ['http://[::1]:8080/', 'http://127.0.0.1:8080/', MACHINE],
      ['http://keycloak:8080/', 'http://127.0.0.1:8080/', 'the host'],
      ['http://localhost:8080/realms/inner', 'http://keycloak:8080/realms/inner', 'the host'],
      [
        'https://id.example.org/realms/inner/',
        'http://keycloak:8080/realms/inner',
        'the scheme and the host and the port and a trailing slash',
      ],
      ['https://login.auth0.example/', 'https://tenant.eu.auth0.example/', 'the host'],
    ])('%s is almost %s', async (iss, trusted, difference) => {
      const line = await refusalOf(withClaims({ iss }));
      expect(line).toBe(
        `issuer_untrusted: "iss" is not a trusted issuer. It differs from "${trusted}" in ${difference}, and that makes it another issuer.`,
      );
      const isElsewhere = /host|the port/.test(difference);
      const warned = application.log.text('warn');
      if (warned !== '') expect(warned.includes(iss)).toBe(!isElsewhere);
    });
  });

  describe('signature_invalid', () => {
    it.each<[name: string, options: AccessTokenOptions, text: string]>([
      ['the kid', { kid: 'secret-kid' }, 'no key has this "kid"; there are others for the "alg"'],
      [
        'the alg',
        { header: { alg: 'RS256' } },
        'the key with this "kid" is for "ES256", not for the "alg" of the token',
      ],
      [
        'both',
        { kid: 'secret-kid', header: { alg: 'RS256' } },
        'no key has this "kid", and none is for the "alg" of the token; the keys are for "ES256"',
      ],
      [
        'the alg, where there is no kid',
        { header: { alg: 'RS256', kid: undefined } },
        'no key is for the "alg" of the token; the keys are for "ES256"',
      ],
    ])('no key fits: %s', async (_name, options, text) => {
      const line = await refusalOf(issuer.token(options));
      expect(line).toContain(`signature_invalid: no key fits: ${text}`);
      expect(line).not.toContain('secret-kid');
    });

    it.each<[name: string, header: Record<string, string>, iss: string, text: string]>([
      ['none', { alg: 'none' }, ISSUER, ': the token is not signed'],
      ['HMAC', { alg: 'HS256' }, ISSUER, 'a shared secret, which only keys.secret verifies'],
      ['JWE', { alg: 'RSA-OAEP', enc: 'A256GCM' }, ISSUER, ': the token is encrypted (JWE)'],
      ['not accepted here', {}, 'https://narrow.example.com/', 'algorithms (RS256, PS256)'],
    ])('"alg": %s', async (_name, header, iss, text) => {
      const line = await refusalOf(issuer.token({ header, claims: { iss } }));
      expect(line).toContain('signature_invalid: "alg" is not one of the algorithms (');
      expect(line).toContain(text);
    });

    const cut = (token: string, signature: string): string =>
      token.slice(0, token.lastIndexOf('.') + 1) + signature;
    it('tokens for Microsoft Graph are named', async () => {
      const token = issuer.tamperedToken({ header: { nonce: 'Secret-Nonce' } });
      const line = await refusalOf(token);
      expect(line).toMatch(/does not verify: the header has a "nonce", .*Microsoft Graph/);
      expect(line).not.toContain('Secret-Nonce');
      const options = { header: { nonce: 'n' }, claims: { iss: 'https://sts.example/' } };
      expect(await refusalOf(issuer.token(options))).toContain('Microsoft Graph');
    });

    it.each([
      ['SIGNATURE_REMOVED_BY_GOOGLE', '(SIGNATURE_REMOVED_BY_GOOGLE), as in logs of Google Cloud'],
      ['REDACTED', 'there are words or signs in place of the signature'],
    ])('a signature that was removed: %s', async (signature, text) => {
      const line = await refusalOf(cut(issuer.token(), signature));
      expect(line).toMatch(/^signature_invalid: the signature does not verify: /);
      expect(line).toContain(text);
      const unknownKey = await refusalOf(cut(issuer.token({ kid: 'unknown' }), signature));
      expect(unknownKey).toContain(text);
    });

    it.each(['***', '[REDACTED]', '<signature>', 'signature-removed', 'Removed'])(
      'a signature that is none: %s',
      async (signature) => {
        const line = await refusalOf(
          cut(issuer.token(), Buffer.from(signature).toString('latin1')),
        );
        expect(line).toContain(
          'token_malformed: there are words or signs in place of the signature',
        );
      },
    );

    // RFC 7518 section 3.
    it('a signature of another length', async () => {
      const line = await refusalOf(issuer.token().slice(0, -6));
      expect(line).toMatch(/it has \d+ bytes, and one of ES256 has 64\. Was the token cut/);
      expect(await refusalOf(issuer.tamperedToken())).toMatch(/the signature does not verify \(/);
    });
  });

  describe('token_malformed', () => {
    const encrypted = 'eyJhbGciOiJkaXIifQ..aXY.Y3Q.dGFn';
    // RFC 7516 section 7.2.
    it.each([
      ['undefined', 'the word "undefined" where a token should be'],
      ['null', 'the word "null" where a token should be'],
      ['Null', 'the word "null" where a token should be'],
      ['NaN', 'the word "nan" where a token should be'],
      ['[object Object]', 'the word "[object …]" where a token should be'],
      ['{{access_token}}', 'a placeholder where a token should be'],
      ['${TOKEN}', 'a placeholder where a token should be'],
      ['$TOKEN', 'a placeholder where a token should be'],
      ['<your token>', 'a placeholder where a token should be'],
      ['YOUR_ACCESS_TOKEN', 'a placeholder where a token should be'],
      ['"TOKEN"', 'quotes around the token'],
      ["'TOKEN'", 'quotes around the token'],
      ['"TOKEN', 'quotes around the token'],
      ['%22TOKEN%22', 'quotes around the token'],
      ['Bearer TOKEN', '"Bearer" twice before the token'],
      [
        encrypted,
        'OpenIddict encrypts access tokens unless DisableAccessTokenEncryption() is called',
      ],
      ['eyJhbGciOiJkaXIifQ...', 'a token that was cut off to be shown'],
      ['KBSxkmG-OcpA6-cg', 'an opaque token, not a JWT'],
      ['{"signature":"x"}', 'a JWS in its JSON form'],
    ])('%s', async (sent, text) => {
      const line = await refusalOf(sent.replace('TOKEN"', `${issuer.token()}"`));
      expect(line).toContain(`token_malformed: `);
      expect(line).toContain(text);
    });

    it.each([
      [{ payload: 'p', protected: 'h', signature: 's' }, 'a JWS in its JSON form'],
      [{ payload: 'p', signatures: [{ signature: 's' }] }, 'a JWS in its JSON form'],
      [{ protected: 'h', ciphertext: 'c', tag: 't' }, 'an encrypted token (JWE) in its JSON form'],
      [{ access_token: 'x', token_type: 'Bearer' }, 'the whole answer of the token endpoint'],
      [{ a: 1, b: 2 }, 'JSON where a token should be'],
    ])('%j is called what it is', async (object, text) => {
      expect(await refusalOf(JSON.stringify(object))).toContain(text);
    });
  });

  it.each([
    [undefined, 'no bearer token in the request; looked for in: Authorization'],
    ['', 'no bearer token in the request; looked for in: Authorization'],
    ['Bearer', 'the scheme "Bearer" in the Authorization header has no token after it'],
    ['TOKEN', 'the Authorization header has a token without "Bearer " before it'],
    [
      'Basic dXNlcjpwYXNz',
      'the Authorization header has the scheme "Basic", and "Bearer" is expected',
    ],
    ['dpop TOKEN', 'the Authorization header has the scheme "DPoP", and "Bearer" is expected'],
    ['Whatever TOKEN', 'the Authorization header has no scheme "Bearer"'],
  ])('auth_required: %s', async (value, text) => {
    const sent = value?.replace('TOKEN', issuer.token());
    const line = await refusal(sent === undefined ? [] : [['Authorization', sent]]);
    expect(line).toContain(`auth_required: ${text}`);
    expect(line).not.toMatch(/dXNl|Whatever|eyJ/);
  });

  // RFC 7519 section 2.
  describe('times', () => {
    const now = (): number => Math.floor(Date.now() / 1_000);
    it.each<[name: string, claims: () => Record<string, unknown>, text: RegExp]>([
      ['exp past', () => ({ exp: now() - 100 }), /^token_expired: "exp" has passed, 10[0-2] s ago/],
      ['exp absent', () => ({ exp: undefined }), /^claims_invalid: "exp" is missing/],
      ['exp a string', () => ({ exp: '4102444800' }), /"exp" is a string, not a number/],
      ['exp null', () => ({ exp: null }), /"exp" is null, not a number/],
      ['exp a list', () => ({ exp: [1] }), /"exp" is a list, not a number/],
      [
        'iat ahead',
        () => ({ iat: now() + 3_600 }),
        /"iat" lies in the future, by 3(600|59\d) s \(clockToleranceSeconds: 5\)/,
      ],
      ['nbf ahead', () => ({ nbf: now() + 60 }), /"nbf" lies in the future, by (60|5\d) s/],
      ['iat in milliseconds', () => ({ iat: Date.now() }), /: it is written in milliseconds/],
      ['iat a string', () => ({ iat: '5' }), /"iat" is a string, not a number/],
      [
        'too old',
        () => ({ iss: 'https://young.example.com/', iat: now() - 500 }),
        /the token is older than maxTokenAgeSeconds \(60\): it was issued 50[0-2] s ago/,
      ],
    ])('%s', async (_name, claims, text) => {
      const line = await refusalOf(withClaims(claims()));
      expect(line).toMatch(text);
      expect(line).not.toContain('4102444800');
    });
  });

  describe('no subject', () => {
    it.each<[name: string, claims: Record<string, unknown>, text: string]>([
      [
        'a Keycloak issuer',
        { sub: undefined },
        'no subject in sub (identity.subject of the issuer may name another claim; Keycloak 25 and later: the client lacks the scope "basic")',
      ],
      [
        'any other issuer',
        { iss: 'https://young.example.com/', sub: undefined },
        'no subject in sub (identity.subject of the issuer may name another claim)',
      ],
      [
        'other places',
        { iss: 'https://other-subject.example.com/' },
        'no subject in oid, uid (identity.subject',
      ],
      ['an empty one', { sub: '' }, 'no subject in sub, where there is an empty string (identity'],
      ['a list', { sub: ['x'] }, 'no subject in sub, where there is a list (identity.subject'],
      [
        'a number',
        { sub: 5 },
        "no subject in sub (it is a number there, which identity: { subject: 'sub' } of the issuer takes as its decimal text)",
      ],
    ])('%s', async (_name, claims, text) => {
      expect(await refusalOf(withClaims(claims))).toContain(`claims_invalid: ${text}`);
    });
  });

  describe('other terms', () => {
    const of = (name: string, claims: Record<string, unknown>): string =>
      withClaims({ iss: `https://${name}.example.com/`, ...claims });
    it.each<[name: string, claims: Record<string, unknown>, text: string]>([
      ['clients', {}, 'the client is not one of clientIds ("web", "cli")'],
      [
        'clients',
        { client_id: undefined },
        'the token names no client, and needs one of clientIds (',
      ],
      ['claims', {}, '"plan" is not as configured: it is absent; expected: "gold", "silver"'],
      [
        'claims',
        { plan: 'secret' },
        '"plan" is not as configured: it is another; expected: "gold"',
      ],
      [
        'claims',
        { plan: 'gold', level: '3' },
        '"level" is not as configured: it is a string; expected: 3',
      ],
      [
        'predicate',
        {},
        'the required claim "plan" is absent, and its predicate does not accept it',
      ],
      ['predicate', { plan: 'secret' }, '"plan" is present, but its predicate does not accept it'],
    ])('%s: %j', async (name, claims, text) => {
      const line = await refusalOf(of(name, claims));
      expect(line).toContain(text);
      expect(line).not.toContain('secret');
    });

    it.each<[type: string | null, text: string]>([
      ['logout+jwt', 'says that it is no access token; accepted: tokenTypes ("at+jwt")'],
      ['secret+jwt', '"typ" is not one of the tokenTypes ("at+jwt")'],
      [null, '"typ" is absent, and absence is not one of the tokenTypes ("at+jwt")'],
    ])('"typ" %s', async (type, text) => {
      const options = {
        header: { typ: type ?? undefined },
        claims: { iss: 'https://types.example.com/' },
      };
      const line = await refusalOf(issuer.token(options));
      expect(line).toContain(text);
      expect(line).not.toContain('secret');
    });
  });
});

describe('What the log says of an untrusted issuer names those that are trusted', () => {
  const resolveIssuer = { origins: ['https://tenants.example'], resolve: () => undefined };
  it.each<[name: string, config: AuthModuleConfig, text: string]>([
    [
      'listed ones',
      { issuers: ['https://one.example', 'https://two.example'] },
      '"https://one.example", "https://two.example"',
    ],
    ['none', { issuers: [], resolveIssuer }, 'those that resolveIssuer knows'],
    [
      'a listed one and a function',
      { issuers: ['https://one.example'], resolveIssuer },
      '"https://one.example", and those that resolveIssuer knows',
    ],
  ])('%s', async (_name, config, text) => {
    const issuer = await createTestIssuer({ listen: false, issuer: 'https://stranger.example' });
    const { outcome, log } = await startVerifier({ audience: 'a', ...config });
    expect(await outcome(issuer.token())).toBe('issuer_untrusted');
    expect(log.text('debug')).toBe(
      `issuer_untrusted: "iss" is not a trusted issuer; trusted: ${text} TrustedIssuers`,
    );
  });

  it('also after a change of the list, down to none', async () => {
    const issuer = await createTestIssuer({ listen: false, issuer: 'https://stranger.example' });
    const { outcome, log, issuers } = await startVerifier({
      audience: 'a',
      issuers: ['https://one.example'],
    });
    const told = async (): Promise<string> => {
      log.clear();
      expect(await outcome(issuer.token())).toBe('issuer_untrusted');
      return (
        log
          .text('debug')
          .split('; ')[1]
          ?.replace(/ TrustedIssuers$/, '') ?? ''
      );
    };
    expect(await told()).toBe('trusted: "https://one.example"');
    issuers.add('https://two.example');
    expect(await told()).toBe('trusted: "https://one.example", "https://two.example"');
    issuers.remove('https://one.example');
    issuers.remove('https://two.example');
    expect(await told()).toBe('trusted: none');
    expect(issuers.refuse('https://stranger.example', undefined)).toMatchObject({
      code: 'issuer_untrusted',
      check: 'issuer',
    });
  });
});

describe.each(ADAPTERS)('What the log says of fetched keys that do not fit, on %s', (adapter) => {
  it('is said of all places together', async () => {
    const [one, two] = [
      await createTestIssuer({ algorithm: 'RS256' }),
      await createTestIssuer({ algorithm: 'PS384' }),
    ];
    const application = await startApplication(
      {
        issuers: [one.config(), { ...two.config(), keys: { jwksUri: [one.jwksUri, two.jwksUri] } }],
      },
      { adapter },
    );
    const reasonFor = async (token: string): Promise<string> => {
      application.log.clear();
      expect((await application.get('/notes', token)).status).toBe(401);
      return application.log.text('debug');
    };
    expect(await reasonFor(one.token({ kid: 'unknown' }))).toContain(
      'no key has this "kid"; there are others for the "alg" of the token',
    );
    const other = { alg: 'ES256', kid: 'unknown' };
    expect(await reasonFor(two.token({ header: other }))).toContain(
      'no key has this "kid", and none is for the "alg" of the token; the keys are for "RS256", "PS384"',
    );
    await application.close();
    await Promise.all([one.close(), two.close()]);
  });
});
