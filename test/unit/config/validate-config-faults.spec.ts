import { describe, expect, it } from '@jest/globals';
import { validateConfig } from '../../../src/config/validate-config.js';
import { AuthConfigurationError } from '../../../src/config/configuration-error.js';
import { faultsOf, faultsOfIssuer } from './faults-of.js';

type Case = readonly [what: string, config: unknown, lines: readonly string[]];

const NOT_SET = 'Is an environment variable not set?';
const EXACTLY = 'Strings are compared exactly: use a list, or a predicate in requiredClaims.';

describe('the configuration as a whole', () => {
  const sought =
    'is not a configuration. Give AuthModule an object with issuers; does the factory return it?';
  const like = 'List at least one issuer, like ["https://login.example.com"].';
  it.each<Case>([
    ['undefined', undefined, [`undefined ${sought}`]],
    ['null', null, [`null ${sought}`]],
    ['a number', 1, [`a number ${sought}`]],
    ['a list', [], [`a list ${sought}`]],
    ['a Map', new Map(), [`a Map ${sought}`]],
    ['no issuers', {}, [`issuers: missing. ${like}`]],
    ['undefined issuers', { issuers: undefined }, [`issuers: missing. ${like}`]],
    ['issuers no list', { issuers: {} }, [`issuers: an object is not a list. ${like}`]],
    [
      'issuers a string',
      { issuers: 'https://a.example' },
      [`issuers: a string is not a list. ${like}`],
    ],
    ['empty issuers', { issuers: [] }, [`issuers: the list is empty. ${like}`]],
    [
      'issuers with holes',
      { issuers: Array(3) },
      ['issuers: the list has holes. Give every element a value.'],
    ],
    [
      'entries that are no issuers',
      { audience: 'api', issuers: [null, undefined, 7, [], /x/] },
      [
        'issuers[0]: null is not an issuer. Write "https://…" or { issuer: "https://…" }.',
        `issuers[1]: undefined is not an issuer. ${NOT_SET}`,
        'issuers[2]: a number is not an issuer. Write "https://…" or { issuer: "https://…" }.',
        'issuers[3]: a list is not an issuer. Write "https://…" or { issuer: "https://…" }.',
        'issuers[4]: a regular expression is not an issuer. Write "https://…" or { issuer: "https://…" }.',
      ],
    ],
  ])('%s has exactly these faults', (_what, config, lines) => {
    expect(faultsOf(config)).toEqual(lines);
  });
});

const OBSERVER =
  'Give an object with any of the methods keysRefreshed, keyRefreshFailed, staleKeysServed, unknownKey, tokensRevoked, revocationsLoaded, revocationsStale, replayStoreFull, tokenIntrospected, introspectionFailed, authenticated, refused.';

describe('options of the module', () => {
  const source =
    'is not a token source. Write "header", { header }, { cookie }, { query }, { body } or a function of the request.';
  it.each<readonly [what: string, options: object, lines: readonly string[]]>([
    [
      'audience null',
      { audience: null },
      ['audience: null is not an audience. Only a single issuer can switch the check off.'],
    ],
    [
      'audience a placeholder',
      { audience: ['api', 'https://yourdomain.com'] },
      [
        'audience[1]: "https://yourdomain.com" holds a placeholder. Put the real value in its place, or, where tokens really carry this in "aud", name it in audience and in allowPlaceholderAudience of its issuer.',
      ],
    ],
    ['audience empty', { audience: '' }, [`audience: "" is empty. ${NOT_SET}`]],
    [
      'audience list empty',
      { audience: [] },
      ['audience: the list is empty. No token could be accepted: name what tokens carry in "aud".'],
    ],
    [
      'audience a pattern',
      { audience: [/api/] },
      [`audience[0]: a regular expression is not a string. ${EXACTLY}`],
    ],
    [
      'realm empty',
      { realm: '' },
      ['realm: "" is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".'],
    ],
    [
      'realm not ASCII',
      { realm: 'Büro' },
      ['realm: "Büro" is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".'],
    ],
    [
      'realm with a line break',
      { realm: 'a\nb' },
      ['realm: "a\\nb" is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".'],
    ],
    [
      'realm too long',
      { realm: 'r'.repeat(129) },
      [
        `realm: "${'r'.repeat(80)}…" is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".`,
      ],
    ],
    [
      'disclosure misspelt',
      { disclosure: 'minimum' },
      ['disclosure: "minimum" is not one of the values. Did you mean "minimal"?'],
    ],
    [
      'disclosure unknown',
      { disclosure: true },
      ['disclosure: true is not one of the values. Write "detailed" or "minimal".'],
    ],
    [
      'authenticateHint unknown',
      { authenticateHint: 'never' },
      ['authenticateHint: "never" is not one of the values. Write "always" or "auth_required".'],
    ],
    [
      'problemDetails no boolean',
      { problemDetails: 'yes' },
      ['problemDetails: "yes" is not a boolean. Write true or false, without quotes.'],
    ],
    [
      'errorReference no options',
      { errorReference: true },
      [
        'errorReference: a boolean is not an object with options. Write options, like { path: "/errors" }.',
      ],
    ],
    [
      'errorReference misspelt',
      { errorReference: { paht: '/errors' } },
      ['errorReference.paht: unknown option. Did you mean path?'],
    ],
    ...['errors', '/errors/', '/', '/errors/:topic', '/a b', '//errors', '/err"ors'].map(
      (path): readonly [string, object, readonly string[]] => [
        `errorReference.path ${path}`,
        { errorReference: { path } },
        [
          `errorReference.path: ${JSON.stringify(path)} is not a path. Begin with a slash, end without one and use letters, digits, ".", "_", "~" and "-", such as "/errors".`,
        ],
      ],
    ),
    [
      'errorReference.path empty',
      { errorReference: { path: '' } },
      [`errorReference.path: "" is empty. ${NOT_SET}`],
    ],
    ...[
      '/errors',
      'https://api.example/errors/',
      'https://api.example/errors?x=1',
      'https://api.example/errors#x',
      'https://api.example/"errors',
      'https://api.example/fehler-ä',
      'https://api.example/fehlerä',
      'ftp://api.example/errors',
    ].map((url): readonly [string, object, readonly string[]] => [
      `errorReference.url ${url}`,
      { errorReference: { url } },
      [
        `errorReference.url: ${JSON.stringify(url).replace(/(?<=[?#]).+/, '…"')} is not the address of a page. Write the whole address, without credentials, query, fragment and slash at the end, such as "https://api.example.com/errors".`,
      ],
    ]),
    [
      'errorReference.url with a variable that is not set',
      { errorReference: { url: 'https://undefined/errors' } },
      [
        `errorReference.url: "https://undefined/errors" was put together from a missing value. ${NOT_SET}`,
      ],
    ],
    [
      'maxTokenBytes too small',
      { maxTokenBytes: 255 },
      [
        'maxTokenBytes: 255 is not a finite number from 256 to 1048576. Give the longest token in bytes.',
      ],
    ],
    [
      'maxTokenBytes too large',
      { maxTokenBytes: 1_048_577 },
      [
        'maxTokenBytes: 1048577 is not a finite number from 256 to 1048576. Give the longest token in bytes.',
      ],
    ],
    [
      'isRevoked no function',
      { isRevoked: true },
      [
        'isRevoked: a boolean is not a function. It is given an identity and returns whether it is revoked.',
      ],
    ],
    [
      'scopeMatches no function',
      { scopeMatches: ['notes:*'] },
      [
        'scopeMatches: a list is not a function. It is given a scope that the caller has and one that is demanded, and returns whether the first grants the second.',
      ],
    ],
    [
      'scopeMatches async',
      { scopeMatches: async () => true },
      [
        'scopeMatches: an async function returns a promise, and this one must return its value at once. Load what it waits for beforehand.',
      ],
    ],
    [
      'tokenSources no list',
      { tokenSources: 'header' },
      ['tokenSources: "header" is not a list. List sources, like ["header"].'],
    ],
    [
      'tokenSources empty',
      { tokenSources: [] },
      [
        'tokenSources: the list is empty. Name a source. Write "header", { header }, { cookie }, { query }, { body } or a function of the request.',
      ],
    ],
    [
      'token source unknown',
      { tokenSources: ['Header', null, {}] },
      [
        `tokenSources[0]: "Header" ${source}`,
        `tokenSources[1]: null ${source}`,
        `tokenSources[2]: the object ${source}`,
      ],
    ],
    [
      'token source by name alone',
      { tokenSources: ['cookie'] },
      ['tokenSources[0]: "cookie" is not a token source. Write { cookie: "name" }.'],
    ],
    [
      'token source misspelt',
      { tokenSources: [{ cookies: 'sid' }] },
      ['tokenSources[0]: the object is not a token source. Did you mean { cookie }?'],
    ],
    [
      'token source of two forms',
      { tokenSources: [{ cookie: 'a', query: 'b' }] },
      ['tokenSources[0]: the object has several members. Make each a source of its own.'],
    ],
    [
      'token source without a name',
      { tokenSources: [{ cookie: '' }, { query: undefined }] },
      [
        `tokenSources[0]: cookie: "" is empty. ${NOT_SET}`,
        `tokenSources[1]: query: undefined is not a string. ${NOT_SET}`,
      ],
    ],
    ...['a;b', 'a=b', ' a', 'a b', 'a\r\n', 'ä'].map((cookie): [string, object, string[]] => [
      `token source in the impossible cookie ${JSON.stringify(cookie)}`,
      { tokenSources: [{ cookie }] },
      [
        `tokenSources[0]: cookie: ${JSON.stringify(cookie)} cannot be the name of a cookie. Use letters, digits and "_" or "-".`,
      ],
    ]),
    [
      'token source twice',
      { tokenSources: ['header', { cookie: 'a' }, 'header', { cookie: 'a' }] },
      [
        'tokenSources[2]: the same source as [0]. Name every source once.',
        'tokenSources[3]: the same source as [1]. Name every source once.',
      ],
    ],
    [
      'token source in a header, badly written',
      {
        tokenSources: [
          { header: '' },
          { header: 'x token' },
          { header: 'Cookie' },
          { header: 'Authorization' },
          { header: 'authorization', scheme: 'bearer' },
          { header: 'x-token', scheme: 'DPoP' },
          { header: 'x-token', scheme: 'a b' },
          { header: 'x-token', same: true },
          { header: 'x-token', prefix: 'Bearer' },
          { header: 'x-token', cookie: 'a' },
          { headers: 'x-token' },
        ],
      },
      [
        `tokenSources[0]: header: "" is empty. ${NOT_SET}`,
        'tokenSources[1]: header: "x token" cannot be the name of a header.',
        'tokenSources[2]: header: "Cookie" is a header with a meaning of its own. Name the one that has the token.',
        'tokenSources[3]: header: in "authorization" a scheme comes before the token. Write "header" for Bearer, or name the scheme.',
        'tokenSources[4]: scheme: "bearer" is read by the source "header". Write that.',
        'tokenSources[5]: scheme: "DPoP" is read by the source "header". Write that.',
        'tokenSources[6]: scheme: "a b" cannot be the name of a scheme.',
        'tokenSources[7]: same: true is not "allowed". Write that, or leave it out.',
        'tokenSources[8]: the object has a member that no source has. Write { header, scheme, same }.',
        'tokenSources[9]: the object has several members. Make each a source of its own.',
        'tokenSources[10]: the object is not a token source. Did you mean { header }?',
      ],
    ],
    [
      'token source in the same header twice',
      {
        tokenSources: [
          { header: 'X-Token' },
          { header: 'x-token', same: 'allowed' },
          { header: 'x-token', scheme: 'Token' },
          { header: 'x-token', scheme: 'TOKEN' },
        ],
      },
      [
        'tokenSources[1]: the same source as [0]. Name every source once.',
        'tokenSources[3]: the same source as [2]. Name every source once.',
      ],
    ],
    [
      'verifiedTokenCache true',
      { verifiedTokenCache: true },
      [
        'verifiedTokenCache: a boolean is not an object with options. Write options, like { maxEntries: 10000 }.',
      ],
    ],
    [
      'verifiedTokenCache out of bounds',
      { verifiedTokenCache: { maxEntries: 0, maxAgeSeconds: 86_401, maxAge: 5 } },
      [
        'verifiedTokenCache.maxAge: unknown option. Did you mean maxAgeSeconds?',
        'verifiedTokenCache.maxEntries: 0 is not a finite number from 1 to 1000000. Give the maximum number of tokens.',
        'verifiedTokenCache.maxAgeSeconds: 86401 is not a finite number from 1 to 86400. Give the longest time in seconds.',
      ],
    ],
    [
      'signatureVerifier unknown',
      { signatureVerifier: 'jose' },
      [
        'signatureVerifier: "jose" is not one of the values. Write "passport-jwt" or "node:crypto".',
      ],
    ],
    [
      'signatureVerifier misspelt',
      { signatureVerifier: 'node-crypto' },
      ['signatureVerifier: "node-crypto" is not one of the values. Did you mean "node:crypto"?'],
    ],
    [
      'closeOnExpiry no boolean',
      { closeOnExpiry: 'no' },
      ['closeOnExpiry: "no" is not a boolean. Write true or false, without quotes.'],
    ],
    [
      'warmUp no boolean',
      { warmUp: 'yes' },
      ['warmUp: "yes" is not a boolean. Write true or false, without quotes.'],
    ],
    [
      'an observer no object',
      { observer: 'me' },
      [`observer: a string is not an observer. ${OBSERVER}`],
    ],
    [
      'an observer that hears nothing',
      { observer: {} },
      [`observer: it has no method for any event. ${OBSERVER}`],
    ],
    [
      'observers with faults',
      { observer: [null, { refused: true }, { refused: () => undefined, else: 1 }] },
      [
        `observer[0]: null is not an observer. ${OBSERVER}`,
        'observer[1].refused: a boolean is not a function.',
      ],
    ],
    [
      'observers with holes',
      { observer: Array(3) },
      ['observer: the list has holes. Give every element a value.'],
    ],
    ['an option misspelt', { issuerz: [] }, ['issuerz: unknown option. Did you mean issuers?']],
    [
      'an option nobody knows',
      { cache: {} },
      [
        'cache: unknown option. Known here: issuers, resolveIssuer, audience, scopeImplies, realm, disclosure, authenticateHint, errorReference, problemDetails, maxTokenBytes, tokenSources, verifiedTokenCache, signatureVerifier, isRevoked, revocation, scopeMatches, mtls, dpop, resourceMetadata, backChannelLogout, sharedSignals, closeOnExpiry, audit, warmUp, observer; beside them: isGlobal, guardEveryRoute, exceptionFilter.',
      ],
    ],
    [
      'options of passport-jwt',
      {
        secretOrKey: 'a secret of some length',
        ignoreExpiration: true,
        jwtFromRequest: () => null,
      },
      [
        'secretOrKey: an option of passport-jwt or its modules. Here it is keys: { secret } or keys: { publicKey } of an issuer.',
        'ignoreExpiration: an option of passport-jwt or its modules. Here it is nothing: "exp" is always checked, within clockToleranceSeconds of an issuer.',
        'jwtFromRequest: an option of passport-jwt or its modules. Here it is tokenSources.',
      ],
    ],
    [
      'several audiences in one text',
      { audience: 'https://a.example, b' },
      [
        'audience: "https://a.example, b" is one audience with a comma in it, which no token carries. Write a list: ["https://a.example", "b"].',
      ],
    ],
    [
      'an option of an issuer',
      { clockToleranceSeconds: 5 },
      ['clockToleranceSeconds: unknown option here. It belongs in an element of issuers.'],
    ],
    [
      'an option of the module class',
      { isGlobal: true },
      ['isGlobal: unknown option here. It belongs beside useFactory, not in what it returns.'],
    ],
  ])('%s: exactly these faults', (_what, options, lines) => {
    const issuers = [{ issuer: 'https://idp.example', audience: 'api' }];
    expect(faultsOf({ issuers, ...options })).toEqual(lines);
  });
});

describe('issuers', () => {
  const copy =
    'holds white space, a control character or "|", which separates issuer and subject in Identity.id. Copy the issuer exactly.';
  const discovery =
    'is not an https: URL, so its keys cannot be found by discovery. Write the whole URL, or say in keys where the keys are.';
  const insecure =
    'is an http: address beyond loopback: anyone on the way could replace the keys. Use https:, or set http.allowInsecure.';
  const placeholder = 'holds a placeholder. Put the real value in its place.';
  it.each<readonly [issuer: unknown, message: string]>([
    [undefined, 'missing. Give the exact "iss" of its tokens; is an environment variable not set?'],
    [null, `null is not a string. ${NOT_SET}`],
    ['', `"" is empty. ${NOT_SET}`],
    [5, '5 is not a string. Write it in quotes.'],
    [['https://a.example'], 'a list is not a string. Give a string.'],
    [() => 'https://a.example', 'a function is not a string. Give a string.'],
    [/example/, `a regular expression is not a string. ${EXACTLY}`],
    ['undefined', `"undefined" was put together from a missing value. ${NOT_SET}`],
    ['null', `"null" was put together from a missing value. ${NOT_SET}`],
    [
      'https://undefined/',
      `"https://undefined/" was put together from a missing value. ${NOT_SET}`,
    ],
    [
      'https://login.example/undefined/v2.0',
      `"https://login.example/undefined/v2.0" was put together from a missing value. ${NOT_SET}`,
    ],
    ['https://YOUR_DOMAIN/', `"https://YOUR_DOMAIN/" ${placeholder}`],
    ['https://your-domain.example', `"https://your-domain.example" ${placeholder}`],
    ['https://yourdomain.auth0.com/', `"https://yourdomain.auth0.com/" ${placeholder}`],
    ['https://yourOktaDomain/oauth2', `"https://yourOktaDomain/oauth2" ${placeholder}`],
    ['https://{yourOktaDomain}/oauth2', `"https://{yourOktaDomain}/oauth2" ${placeholder}`],
    ['https://login.example/your-tenant/', `"https://login.example/your-tenant/" ${placeholder}`],
    ['https://login.example/<tenant>/', `"https://login.example/<tenant>/" ${placeholder}`],
    [
      'https://login.example/{tenantid}/v2.0',
      `"https://login.example/{tenantid}/v2.0" is a template. List the trusted tenants in tenants, or write tenants: "any".`,
    ],
    ['https://${AUTH_HOST}/', `"https://\${AUTH_HOST}/" ${placeholder}`],
    ['https://changeme.example', `"https://changeme.example" ${placeholder}`],
    ['https://idp.example ', `"https://idp.example " ${copy}`],
    [' https://idp.example', `" https://idp.example" ${copy}`],
    ['https://idp.example\n', `"https://idp.example\\n" ${copy}`],
    ['https://idp.example/\u202e', `"https://idp.example/\\u202e" ${copy}`],
    ['https://idp.example/a|b', `"https://idp.example/a|b" ${copy}`],
    ['accounts.google.com', `"accounts.google.com" ${discovery}`],
    ['localhost:8080/realms/x', `"localhost:8080/realms/x" ${discovery}`],
    ['urn:example:idp', `"urn:example:idp" ${discovery}`],
    ['ftp://idp.example', `"ftp://idp.example" ${discovery}`],
    ['https:/idp.example', `"https:/idp.example" ${discovery}`],
    ['https:\\\\idp.example', `"https:\\\\\\\\idp.example" ${discovery}`],
    ['https://', `"https://" ${discovery}`],
    [
      'https://ada:lovelace@idp.example',
      '"https://…@idp.example" holds credentials, which no issuer has. Remove them; what a key server wants goes into http.headers.',
    ],
    [
      'https://idp.example/?tenant=1',
      '"https://idp.example/?…" has a query or fragment, which no issuer has (RFC 8414 section 2). Remove it.',
    ],
    [
      'https://idp.example/?',
      '"https://idp.example/?" has a query or fragment, which no issuer has (RFC 8414 section 2). Remove it.',
    ],
    [
      'https://idp.example/#top',
      '"https://idp.example/#…" has a query or fragment, which no issuer has (RFC 8414 section 2). Remove it.',
    ],
    [
      'https://a.example,https://b.example',
      '"https://a.example,https://b.example" is several issuers in one string. List each as an element of its own.',
    ],
    ...[
      'https://a.example;https://b.example',
      'https://a.example; https://b.example',
      'https://a.example/x, https://b.example',
      'https://a.example HTTPS://b.example',
      'https://a.example;b.example',
      'https://a.example,b.example/x',
    ].map((several): [string, string] => [
      several,
      `"${several}" is several issuers in one string. List each as an element of its own.`,
    ]),
    [
      'https://a.example\nhttps://b.example',
      String.raw`"https://a.example\nhttps://b.example" is several issuers in one string. List each as an element of its own.`,
    ],
    ...['https://*.example.com', 'https://*', 'https://a.*.example/realms/x'].map(
      (wildcard): [string, string] => [
        wildcard,
        `"${wildcard}" has "*" in its host. Issuers are compared character by character: list each, or decide about them in resolveIssuer.`,
      ],
    ),
    [
      'https://login.microsoftonline.com/common/v2.0',
      '"https://login.microsoftonline.com/common/v2.0" is in no token: tokens name their tenant. Use the preset entra, or {tenantid} in its place with tenants.',
    ],
    [
      'https://idp.example/.well-known/openid-configuration',
      '"https://idp.example/.well-known/openid-configuration" is the address of a metadata document. Write the "issuer" that it contains; the address may go into keys.discovery.',
    ],
    ['http://idp.example', `"http://idp.example" ${insecure}`],
    ['http://10.0.0.1', `"http://10.0.0.1" ${insecure}`],
    ['http://localhost.example', `"http://localhost.example" ${insecure}`],
    ['http://128.0.0.1', `"http://128.0.0.1" ${insecure}`],
    ['http://[::2]', `"http://[::2]" ${insecure}`],
  ])('%p is no issuer, and the fault says so', (issuer, message) => {
    expect(faultsOf({ audience: 'api', issuers: [{ issuer }] })).toEqual([
      `issuers[0].issuer: ${message}`,
    ]);
  });

  it.each([
    'http://adfs.example.com/adfs/services/trust',
    'urn:example:idp',
    'http://idp.example?tenant=a#b',
  ])('%p is a mere name when the keys come from elsewhere', (issuer) => {
    const keys = { jwksUri: 'https://keys.example' };
    expect(faultsOfIssuer({ issuer, keys })).toEqual([]);
  });

  it('the same issuer twice, also among aliases', () => {
    const issuers = [
      'https://a.example',
      {
        issuer: 'https://b.example',
        issuerAliases: ['https://a.example', 'b', 'https://b.example'],
      },
      { issuer: 'https://a.example', issuerAliases: ['b', 'c', 'c'] },
    ];
    expect(faultsOf({ audience: 'api', issuers })).toEqual([
      'issuers[1].issuerAliases[0]: "https://a.example" is already used by issuers[0].issuer. Name every issuer once.',
      'issuers[1].issuerAliases[2]: "https://b.example" is already used by issuers[1].issuer. Name every issuer once.',
      'issuers[2].issuer: "https://a.example" is already used by issuers[0].issuer. Name every issuer once.',
      'issuers[2].issuerAliases[0]: "b" is already used by issuers[1].issuerAliases[1]. Name every issuer once.',
      'issuers[2].issuerAliases[2]: "c" is already used by issuers[2].issuerAliases[1]. Name every issuer once.',
    ]);
  });

  it('required claims with holes, which a token without the claim would meet', () => {
    expect(faultsOfIssuer({ requiredClaims: { tier: Array(3) } })).toEqual([
      'issuers[0].requiredClaims.tier: the list has holes. Give every element a value.',
    ]);
  });

  it('aliases that no token can name', () => {
    expect(
      faultsOfIssuer({
        issuerAliases: ['', 'a b', 'a|b', /x/, '<alias>', 'https://a.example,https://b.example'],
      }),
    ).toEqual([
      `issuers[0].issuerAliases[0]: "" is empty. ${NOT_SET}`,
      `issuers[0].issuerAliases[1]: "a b" ${copy}`,
      `issuers[0].issuerAliases[2]: "a|b" ${copy}`,
      `issuers[0].issuerAliases[3]: a regular expression is not a string. ${EXACTLY}`,
      `issuers[0].issuerAliases[4]: "<alias>" ${placeholder}`,
      `issuers[0].issuerAliases[5]: "https://a.example,https://b.example" is several issuers in one string. List each as an element of its own.`,
    ]);
    expect(faultsOfIssuer({ issuerAliases: 'idp' })).toEqual([
      'issuers[0].issuerAliases: "idp" is not a list. List further "iss" values, like ["http://keycloak:8080/realms/x"].',
    ]);
  });
});

describe('the terms of an issuer', () => {
  const placeholder =
    'holds a placeholder. Put the real value in its place, or, where tokens really carry this in "aud",';
  const leave = 'name it in allowPlaceholderAudience as well';
  const unlisted =
    'is not in audience of this issuer. Write it there as well, exactly like this, or remove it.';
  const claimValue = 'Give a string, a number, a boolean, a list of these, or a predicate.';
  const nonAccess =
    'is the type of something other than an access token, always refused. Remove it.';
  it.each<readonly [changes: object, lines: readonly string[]]>([
    [{ audience: '' }, [`audience: "" is empty. ${NOT_SET}`]],
    [
      { audience: [] },
      ['audience: the list is empty. No token could be accepted: name what tokens carry in "aud".'],
    ],
    [
      { audience: ['api', '', ' api'] },
      [
        `audience[1]: "" is empty. ${NOT_SET}`,
        'audience[2]: " api" begins or ends with white space. Strings are compared exactly: remove it.',
      ],
    ],
    [{ audience: /api/ }, [`audience: a regular expression is not a string. ${EXACTLY}`]],
    [{ audience: () => true }, ['audience: a function is not a string. Give a string.']],
    [{ audience: 'YOUR_API' }, [`audience: "YOUR_API" ${placeholder} ${leave}.`]],
    [
      {
        audience: ['YOUR_API', '<api>', 'https://yourdomain.com', 'https://yourdomain.com/'],
        allowPlaceholderAudience: ['https://yourdomain.com', 'YOUR_API'],
      },
      [
        `audience[1]: "<api>" ${placeholder} ${leave}.`,
        `audience[3]: "https://yourdomain.com/" ${placeholder} ${leave}.`,
      ],
    ],
    [
      { audience: ' YOUR_API', allowPlaceholderAudience: ' YOUR_API' },
      [
        'audience: " YOUR_API" begins or ends with white space. Strings are compared exactly: remove it.',
        'allowPlaceholderAudience: " YOUR_API" begins or ends with white space. Strings are compared exactly: remove it.',
      ],
    ],
    [
      { audience: 'undefined/{api}', allowPlaceholderAudience: 'undefined/{api}' },
      [
        `audience: "undefined/{api}" was put together from a missing value. ${NOT_SET}`,
        `allowPlaceholderAudience: "undefined/{api}" was put together from a missing value. ${NOT_SET}`,
      ],
    ],
    [
      { audience: 'YOUR_API', allowPlaceholderAudience: 'your_api' },
      [
        `audience: "YOUR_API" ${placeholder} ${leave}.`,
        'allowPlaceholderAudience: "your_api" holds no placeholder, so it needs no permission. Remove it.',
      ],
    ],
    [
      { audience: 'api', allowPlaceholderAudience: ['api', 'YOUR_API', '', 7] },
      [
        'allowPlaceholderAudience[0]: "api" holds no placeholder, so it needs no permission. Remove it.',
        `allowPlaceholderAudience[1]: "YOUR_API" ${unlisted}`,
        `allowPlaceholderAudience[2]: "" is empty. ${NOT_SET}`,
        'allowPlaceholderAudience[3]: 7 is not a string. Write it in quotes.',
      ],
    ],
    [
      { allowPlaceholderAudience: 'YOUR_API' },
      [`allowPlaceholderAudience: "YOUR_API" ${unlisted}`],
    ],
    [
      { audience: null, clientIds: ['app'], allowPlaceholderAudience: 'YOUR_API' },
      [`allowPlaceholderAudience: "YOUR_API" ${unlisted}`],
    ],
    [
      { audience: 'YOUR_API', allowPlaceholderAudience: [] },
      [
        `audience: "YOUR_API" ${placeholder} ${leave}.`,
        'allowPlaceholderAudience: the list is empty. Name the audience that is meant, or leave the option out.',
      ],
    ],
    [
      { audience: 'YOUR_API', allowPlaceholderAudience: true },
      [
        `audience: "YOUR_API" ${placeholder} ${leave}.`,
        'allowPlaceholderAudience: true is not a string. Write it in quotes.',
      ],
    ],
    [
      { audience: 'YOUR_API', allowPlaceholderAudience: null },
      [
        `audience: "YOUR_API" ${placeholder} ${leave}.`,
        `allowPlaceholderAudience: null is not a string. ${NOT_SET}`,
      ],
    ],
    [
      { audience: null },
      [
        'audience: null accepts tokens that were issued for any other API. Name clientIds, requiredClaims or requiredHeader besides; claims that only tell kinds of token apart, such as typ, are not enough.',
      ],
    ],
    [
      {
        audience: null,
        requiredClaims: {
          ...{ typ: 'Bearer', ver: ['1.0', '2.0'], token_use: 'access' },
          ...{ type: 'access', token_type: 'access' },
        },
      },
      [
        'audience: null accepts tokens that were issued for any other API. Name clientIds, requiredClaims or requiredHeader besides; claims that only tell kinds of token apart, such as typ, are not enough.',
      ],
    ],
    [
      { audience: null, requiredClaims: {} },
      [
        'audience: null accepts tokens that were issued for any other API. Name clientIds, requiredClaims or requiredHeader besides; claims that only tell kinds of token apart, such as typ, are not enough.',
      ],
    ],
    [
      { clientIds: [] },
      [
        'clientIds: the list is empty. No client would be accepted: name one, or leave the option out.',
      ],
    ],
    [
      { clientIds: 'app' },
      ['clientIds: "app" is not a list. List client identifiers, like ["mobile-app"].'],
    ],
    [
      { clientIds: ['', 3, /app/] },
      [
        `clientIds[0]: "" is empty. ${NOT_SET}`,
        'clientIds[1]: 3 is not a string. Write it in quotes.',
        `clientIds[2]: a regular expression is not a string. ${EXACTLY}`,
      ],
    ],
    [{ requiredClaims: [] }, ['requiredClaims: a list is not an object. Write { claim: value }.']],
    [
      { requiredClaims: new Map([['a', 'b']]) },
      ['requiredClaims: a Map is not an object. Write { claim: value }.'],
    ],
    [
      {
        requiredClaims: {
          'a.b': undefined,
          c: null,
          d: {},
          e: [],
          f: /x/,
          g: ['x', /y/],
          h: Number.NaN,
          i: [undefined],
        },
      },
      [
        'requiredClaims["a.b"]: undefined is not a claim value. Is an environment variable not set? To demand that a claim is absent, write a predicate.',
        `requiredClaims.c: null is not a claim value. ${claimValue}`,
        `requiredClaims.d: an object is not a claim value. ${claimValue}`,
        'requiredClaims.e: the list is empty, which no claim can satisfy. Name at least one value.',
        `requiredClaims.f: a regular expression is not a claim value. ${EXACTLY}`,
        `requiredClaims.g[1]: a regular expression is not a claim value. ${EXACTLY}`,
        'requiredClaims.h: NaN is in no token. Give a finite number.',
        'requiredClaims.i[0]: undefined is not a claim value. Is an environment variable not set? To demand that a claim is absent, write a predicate.',
      ],
    ],
    [
      { requiredClaims: { a: async () => true, b: () => true } },
      [
        'requiredClaims.a: an async function is not a predicate: a predicate returns true or false at once, and not a promise. Load what it waits for beforehand, or do it in isRevoked, which may be async.',
      ],
    ],
    [
      { tokenTypes: [] },
      [
        'tokenTypes: the list is empty. No token could be accepted: name a type, or leave the option out.',
      ],
    ],
    [
      { tokenTypes: 'at+jwt' },
      ['tokenTypes: "at+jwt" is not a list. List "typ" values, like ["at+jwt"].'],
    ],
    [
      { tokenTypes: ['', undefined, 1] },
      [
        'tokenTypes[0]: "" is empty. Write null for tokens without "typ".',
        `tokenTypes[1]: undefined is not a string. ${NOT_SET}`,
        'tokenTypes[2]: 1 is not a string. Write it in quotes.',
      ],
    ],
    [
      { tokenTypes: ['logout+jwt', 'Application/DPoP+JWT', 'ID'] },
      [
        `tokenTypes[0]: "logout+jwt" ${nonAccess}`,
        `tokenTypes[1]: "Application/DPoP+JWT" ${nonAccess}`,
        `tokenTypes[2]: "ID" ${nonAccess}`,
      ],
    ],
    [
      { clockToleranceSeconds: -1 },
      [
        'clockToleranceSeconds: -1 is not a finite number from 0 to 300. Give the tolerance in seconds.',
      ],
    ],
    [
      { clockToleranceSeconds: 300.5 },
      [
        'clockToleranceSeconds: 300.5 is not a finite number from 0 to 300. Give the tolerance in seconds.',
      ],
    ],
    [
      { clockToleranceSeconds: Number.NaN },
      [
        'clockToleranceSeconds: NaN is not a finite number from 0 to 300. Give the tolerance in seconds.',
      ],
    ],
    [
      { clockToleranceSeconds: '5' },
      [
        'clockToleranceSeconds: "5" is not a finite number from 0 to 300. Convert text, as of an environment variable, with Number().',
      ],
    ],
    [
      { clockToleranceSeconds: 5n },
      [
        'clockToleranceSeconds: a bigint is not a finite number from 0 to 300. Give the tolerance in seconds.',
      ],
    ],
    [
      { clockToleranceSeconds: null },
      [
        'clockToleranceSeconds: null is not a finite number from 0 to 300. Give the tolerance in seconds.',
      ],
    ],
    [
      { maxTokenAgeSeconds: 0 },
      [
        'maxTokenAgeSeconds: 0 is not a finite number above 0. Give the maximum age in seconds, or leave the option out.',
      ],
    ],
    [
      { maxTokenAgeSeconds: Infinity },
      [
        'maxTokenAgeSeconds: Infinity is not a finite number above 0. Give the maximum age in seconds, or leave the option out.',
      ],
    ],
    [
      { identity: 'sub' },
      [
        'identity: a string is not an object with options. Write options, like { roles: "groups" }.',
      ],
    ],
    [
      { identity: { subject: '', roles: [], tenant: [''], role: 'x' } },
      [
        'identity.role: unknown option. Did you mean roles?',
        `identity.subject: "" is empty. ${NOT_SET}`,
        'identity.roles: the list is empty. Name at least one claim, or leave the option out.',
        `identity.tenant[0]: "" is empty. ${NOT_SET}`,
      ],
    ],
    [
      { http: null },
      ['http: null is not an object with options. Write options, like { timeoutMs: 5000 }.'],
    ],
    [
      {
        http: { timeoutMs: 0, maxBytes: 1023, fetch: 'fetch', allowInsecure: 'false', timeout: 5 },
      },
      [
        'http.timeout: unknown option. Did you mean timeoutMs?',
        'http.timeoutMs: 0 is not a finite number from 1 to 60000. Give the deadline in milliseconds.',
        'http.fetch: a string is not a function. Give one that works like the built-in fetch.',
        'http.maxBytes: 1023 is not a finite number from 1024 to 16777216. Give the largest body in bytes.',
        'http.allowInsecure: "false" is not a boolean. Write true or false, without quotes.',
      ],
    ],
    [
      { http: { timeoutMs: 60_001, maxBytes: 16_777_217 } },
      [
        'http.timeoutMs: 60001 is not a finite number from 1 to 60000. Give the deadline in milliseconds.',
        'http.maxBytes: 16777217 is not a finite number from 1024 to 16777216. Give the largest body in bytes.',
      ],
    ],
    [
      { http: { headers: 'Authorization: Bearer x' } },
      [
        'http.headers: a string is not an object of headers. Write { name: value }, or a function that returns it.',
      ],
    ],
    [
      { http: { headers: new Headers({ a: 'b' }) } },
      [
        'http.headers: a Headers is not an object of headers. Write { name: value }, or a function that returns it.',
      ],
    ],
    [
      { http: { headers: { 'X-Key': undefined, Accept: 1, Cookie: 'a\nb', 'A B': 'c' } } },
      [
        `http.headers["X-Key"]: undefined is not a string. ${NOT_SET}`,
        'http.headers.Accept: a number is not a string. Give the header value.',
        'http.headers.Cookie: the value has a line break or another character that is not allowed in a header. Trim what was read from a file.',
        'http.headers: a name in it is not a header name. Write { name: value }.',
      ],
    ],
    [
      { clockTolerance: 5 },
      ['clockTolerance: unknown option. Did you mean clockToleranceSeconds?'],
    ],
    [{ aud: 'api' }, ['aud: unknown option. Did you mean audience?']],
    [
      { jwksUri: 'https://keys.example' },
      ['jwksUri: unknown option here. It belongs in keys of an issuer.'],
    ],
    [
      { issuers: [] },
      ['issuers: unknown option here. It belongs in the configuration of the module.'],
    ],
    [{ timeoutMs: 5 }, ['timeoutMs: unknown option here. It belongs in http of an issuer.']],
    [{ roles: 'groups' }, ['roles: unknown option here. It belongs in identity of an issuer.']],
    [
      { constructor: 1 },
      [
        'constructor: unknown option. Known here: issuer, issuerAliases, tenants, audience, allowPlaceholderAudience, keys, algorithms, tokenTypes, requiredHeader, allowPadding, clientIds, requiredClaims, clockToleranceSeconds, maxTokenAgeSeconds, identity, mayGrant, scopeImplies, mtls, dpop, name, introspection, http, backChannelLogout.',
      ],
    ],
  ])('%p has exactly these faults', (changes, lines) => {
    expect(faultsOfIssuer(changes)).toEqual(lines.map((line) => `issuers[0].${line}`));
  });

  it('an audience that neither the module nor the issuer names', () => {
    const missing =
      'missing. Name what its tokens carry in "aud" for this API, here or in the audience of the module; null switches the check off.';
    const issuers = [
      'https://a.example',
      { issuer: 'https://b.example' },
      { issuer: 'https://c.example', audience: 'c' },
    ];
    expect(faultsOf({ issuers })).toEqual([
      `issuers[0].audience: ${missing}`,
      `issuers[1].audience: ${missing}`,
    ]);
  });
});

describe('a configuration with many faults', () => {
  const config = {
    realm: '',
    issuer: 'https://login.example',
    issuers: [
      { issuer: process.env['NOT_SET_ANYWHERE'], clockTolerance: 5 },
      'https://YOUR_DOMAIN/',
      {
        issuer: 'https://partner.example',
        audience: null,
        algorithms: ['none', 'HS256'],
        keys: { jwksUri: 'http://partner.example/keys', jwksFile: '/nowhere/jwks.json' },
        http: { timeoutMs: '5000' },
      },
    ],
  };

  it('is refused with all of them, each on its line', () => {
    const error = errorOf(config);
    expect(error.message).toBe(`The configuration of AuthModule has 14 faults:
  - issuer: unknown option here. It belongs in an element of issuers.
  - realm: "" is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".
  - issuers[0].clockTolerance: unknown option. Did you mean clockToleranceSeconds?
  - issuers[0].issuer: missing. Give the exact "iss" of its tokens; is an environment variable not set?
  - issuers[0].audience: missing. Name what its tokens carry in "aud" for this API, here or in the audience of the module; null switches the check off.
  - issuers[1].issuer: "https://YOUR_DOMAIN/" holds a placeholder. Put the real value in its place.
  - issuers[1].audience: missing. Name what its tokens carry in "aud" for this API, here or in the audience of the module; null switches the check off.
  - issuers[2].audience: null accepts tokens that were issued for any other API. Name clientIds, requiredClaims or requiredHeader besides; claims that only tell kinds of token apart, such as typ, are not enough.
  - issuers[2].keys: jwksUri and jwksFile are given together. Choose one.
  - issuers[2].keys.jwksUri: "http://partner.example/keys" is an http: address beyond loopback: anyone on the way could replace the keys. Use https:, or set http.allowInsecure.
  - issuers[2].keys.jwksFile: "/nowhere/jwks.json" cannot be read (ENOENT). Give the path of a JWK Set this process may read.
  - issuers[2].algorithms[0]: "none" means unsigned, and an unsigned token proves nothing. Remove it.
  - issuers[2].algorithms[1]: "HS256" needs a shared secret. Give keys.secret, or name an asymmetric algorithm.
  - issuers[2].http.timeoutMs: "5000" is not a finite number from 1 to 60000. Convert text, as of an environment variable, with Number().`);
    expect(error.faults).toHaveLength(14);
    expect(error.faults[1]).toEqual({
      path: 'realm',
      message: '"" is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".',
    });
  });

  it('is refused the same way every time', () => {
    expect(errorOf(config).message).toBe(errorOf(config).message);
  });
});

function errorOf(config: unknown): AuthConfigurationError {
  try {
    validateConfig(config);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error;
  }
  throw new Error('The configuration was accepted.');
}
