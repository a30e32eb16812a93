import { describe, expect, it } from '@jest/globals';
import { extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js';
import { parse as parseAuthHeader } from 'auth-header';
import fc from 'fast-check';
import * as oauth from 'oauth4webapi';
import { parseChallenge } from 'nestjs-trusted-issuers/client';
import { faultsOf } from '../unit/config/faults-of.js';
import { exceptionOf } from '../../src/core/refusals/exception-of.js';
import {
  DEFAULT_PRESENTATION,
  presentRefusal,
  type RefusalPresentation,
} from '../../src/core/refusals/refusal-presentation.js';
import { Refusal } from '../../src/core/refusals/refusal.js';
import {
  type CauseCode,
  REFUSALS,
  type RefusalCode,
  refusalRow,
} from '../../src/core/refusals/refusal-table.js';

const RESOURCE_METADATA = 'https://api.example.com/.well-known/oauth-protected-resource/v1';
const CHALLENGING = (Object.keys(REFUSALS) as RefusalCode[]).filter(
  (code) => refusalRow(code).challenges,
);
/** What a route could ask for. */
const DETAILS: Partial<Record<RefusalCode, object>> = {
  insufficient_scope: { scope: "notes:read https://example.com/scope!#$%&'()*,/;=?@[]^_`{|}~" },
  step_up_required: { acrValues: 'urn:mace:incommon:iap:silver phr', maxAgeSeconds: 300 },
};

/** Every parameter in the order in which it is sent; what the table and the presentation say it is. */
function expected(code: RefusalCode, presentation: RefusalPresentation): [string, string][] {
  const { challengeError, message } = refusalRow(code);
  const { scope, acrValues, maxAgeSeconds } = (DETAILS[code] ?? {}) as Record<string, unknown>;
  const named: [string, unknown][] = [
    ['realm', presentation.realm],
    ['error', challengeError],
    ['scope', scope],
    ['resource_metadata', presentation.resourceMetadata],
    ['error_description', challengeError && message],
    ['acr_values', acrValues],
    ['max_age', maxAgeSeconds],
  ];
  return named.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
}

/** An OAuth client's parser, reached the way it is used: by a refused request. */
async function parseAsOauthClient(challenge: string): Promise<[string, string][]> {
  const request = oauth.protectedResourceRequest(
    'token',
    'GET',
    new URL('https://api.example.com'),
    undefined,
    undefined,
    {
      [oauth.customFetch]: () =>
        Promise.resolve(
          new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } }),
        ),
    },
  );
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof oauth.WWWAuthenticateChallengeError)) return [];
  const [{ scheme, parameters } = { scheme: '', parameters: {} }, ...others] = error.cause;
  expect([scheme, others]).toEqual(['bearer', []]);
  return Object.entries(parameters) as [string, string][];
}

function parseAsAnybody(challenge: string): [string, string][] {
  const { scheme, params, token } = parseAuthHeader(challenge);
  expect([scheme, token]).toEqual(['Bearer', null]);
  // Of the quoted pairs it takes back only the quote.
  return Object.entries(params).map(([name, value]) => [
    name,
    String(value).replaceAll(String.raw`\\`, '\\'),
  ]);
}

async function expectParsed(code: RefusalCode, presentation: RefusalPresentation): Promise<void> {
  const { challenge = '' } = presentRefusal(code, presentation, DETAILS[code]);
  const parameters = expected(code, presentation);
  expect(await parseAsOauthClient(challenge)).toEqual(parameters);
  expect(parseAsAnybody(challenge)).toEqual(parameters);
  const { error, scope, resource_metadata: metadata } = Object.fromEntries(parameters);
  const answer = new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } });
  expect(extractWWWAuthenticateParams(answer)).toEqual({
    error,
    scope,
    resourceMetadataUrl: metadata === undefined ? undefined : new URL(metadata),
  });
}

const REALMS = [
  'api',
  'with "quotes"',
  String.raw`back\slash`,
  String.raw`ends with a backslash\\`,
  '\\"',
  'two  spaces, a comma; and = sign',
  ' ',
  'Bearer realm',
];
const PRESENTATIONS = REALMS.flatMap((realm): RefusalPresentation[] => [
  { ...DEFAULT_PRESENTATION, realm },
  { ...DEFAULT_PRESENTATION, realm, resourceMetadata: RESOURCE_METADATA },
]);
const config = (realm: string): object => ({
  issuers: ['https://a.example'],
  audience: 'a',
  realm,
});

// RFC 6750 section 3.
describe('Three parsers agree on every challenge', () => {
  it.each(CHALLENGING)('%s, in realms with quotes, backslashes and spaces', async (code) => {
    for (const presentation of PRESENTATIONS) await expectParsed(code, presentation);
  });

  it('and in every realm that is accepted at start', async () => {
    const realms = fc
      .string({
        unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
        minLength: 1,
        maxLength: 128,
      })
      .filter((realm) => faultsOf(config(realm)).length === 0);
    await fc.assert(
      fc.asyncProperty(realms, fc.constantFrom(...CHALLENGING), (realm, code) =>
        expectParsed(code, { ...DEFAULT_PRESENTATION, realm, resourceMetadata: RESOURCE_METADATA }),
      ),
    );
  });

  it('the exception carries the same header', () => {
    for (const code of CHALLENGING.filter((name) => name !== 'token_invalid')) {
      const refusal = new Refusal(code as CauseCode, 'form', '', { details: DETAILS[code] });
      expect(exceptionOf(refusal, DEFAULT_PRESENTATION).challenge).toBe(
        presentRefusal(code, DEFAULT_PRESENTATION, DETAILS[code]).challenge,
      );
    }
  });
});

// RFC 9449 section 7.2. What today's MCP clients read of two challenges is in their first one.
describe('Two schemes', () => {
  const presentation: RefusalPresentation = {
    ...DEFAULT_PRESENTATION,
    resourceMetadata: RESOURCE_METADATA,
    dpop: { algs: 'ES256 EdDSA', isRequired: false },
  };
  const ERROR = {
    error: 'invalid_token',
    error_description: 'Access token expired',
  };
  const offered = (code: RefusalCode, tried?: 'Bearer' | 'DPoP'): object[] => {
    const { challenge = '' } = presentRefusal(code, presentation, { scheme: tried });
    const answer = new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } });
    expect(extractWWWAuthenticateParams(answer).resourceMetadataUrl?.href).toBe(RESOURCE_METADATA);
    return parseChallenge(challenge).map(({ scheme, parameters }) => ({ scheme, ...parameters }));
  };
  const BEARER = { scheme: 'Bearer', realm: 'api', resource_metadata: RESOURCE_METADATA };
  const DPOP = { scheme: 'DPoP', realm: 'api', algs: 'ES256 EdDSA' };

  it('no token: both are offered, and neither names an error', () => {
    expect(offered('auth_required')).toEqual([BEARER, DPOP]);
  });

  it('the error is named in the scheme that was tried', () => {
    expect(offered('token_expired', 'Bearer')).toEqual([{ ...BEARER, ...ERROR }, DPOP]);
    expect(offered('token_expired', 'DPoP')).toEqual([BEARER, { ...DPOP, ...ERROR }]);
    expect(offered('token_expired')).toEqual([{ ...BEARER, ...ERROR }, DPOP]);
  });

  it('where it is not clear which was tried, in both', () => {
    const error = { error: 'invalid_request', error_description: 'More than one access token' };
    expect(offered('invalid_request')).toEqual([
      { ...BEARER, ...error },
      { ...DPOP, ...error },
    ]);
  });

  it('where DPoP is required everywhere, it alone is offered and hinted at', () => {
    const required = { ...presentation, dpop: { algs: 'ES256', isRequired: true } };
    const { body, challenge } = presentRefusal('token_expired', required, { scheme: 'Bearer' });
    expect(body.authenticateHint).toBe('DPoP realm="api"');
    expect(challenge).toBe(
      `DPoP realm="api", error="invalid_token", resource_metadata="${RESOURCE_METADATA}", error_description="Access token expired", algs="ES256"`,
    );
  });
});

describe('A realm that a header can’t carry, or that clients would misread, stops the start', () => {
  it.each(['', 'line\nbreak', 'tab\t', 'naïve', '日本', '\u007f', 'a'.repeat(129)])(
    '%j',
    (realm) => {
      expect(faultsOf(config(realm))).toEqual([expect.stringMatching(/^realm: .* is not a realm/)]);
    },
  );

  it.each(['a, error="invalid_token"', 'scope=admin', 'RESOURCE_METADATA ="https://a.example"'])(
    '%s',
    (realm) => {
      expect(faultsOf(config(realm))).toEqual([
        expect.stringMatching(/^realm: .* looks like a parameter/),
      ]);
    },
  );
});
