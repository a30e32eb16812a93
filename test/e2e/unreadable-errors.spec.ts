import { beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, UseGuards } from '@nestjs/common';
import {
  type AuthModuleConfig,
  JwtAuthGuard,
  RequireScopes,
  type TrustedIssuerConfig,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectSoundProcess } from '../support/attack.js';
import { opened } from '../support/opened.js';
import { closed, UNREADABLE } from '../support/unreadable.js';

expectSoundProcess();
const { keep } = opened();

@UseGuards(JwtAuthGuard)
@Controller('notes')
class NotesController {
  @RequireScopes('notes')
  @Get()
  list(): string[] {
    return [];
  }
}

const ORIGIN = 'https://login.example.com';
const AUDIENCE = 'https://api.example.com';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, issuer: ORIGIN, audience: AUDIENCE });
});

type Fail = () => never;

/** A function of the application that fails, what it is part of, and what the log says. */
type Place = readonly [string, (fail: Fail) => Partial<AuthModuleConfig>, string];

const issuerWith = (more: Partial<TrustedIssuerConfig>): Partial<AuthModuleConfig> => ({
  issuers: [issuer.config(more)],
});
const fetchedBy = (
  http: TrustedIssuerConfig['http'],
  more: Partial<TrustedIssuerConfig> = {},
): Partial<AuthModuleConfig> => ({
  issuers: [{ issuer: ORIGIN, audience: AUDIENCE, http, ...more }],
});
const introspecting = (
  introspection: TrustedIssuerConfig['introspection'],
  http: TrustedIssuerConfig['http'] = {},
): Partial<AuthModuleConfig> =>
  issuerWith({
    keys: { jwks: issuer.jwks },
    introspection: { endpoint: `${ORIGIN}/introspect`, mode: 'always', ...introspection },
    http,
  });
const CLIENT = { clientId: 'api', clientSecret: 'a secret of this API' };

/** An answer that breaks while it is read. */
const broken = (fail: Fail) => ({
  status: 200,
  headers: new Headers(),
  body: (async function* () {
    yield Buffer.from('{');
    fail();
  })(),
});
const later = (fail: Fail) => async (): Promise<never> => fail();

const PLACES: readonly Place[] = [
  ['a token source', (fail) => ({ tokenSources: [fail] }), 'verification failed unexpectedly'],
  ['isRevoked', (fail) => ({ isRevoked: fail }), 'isRevoked failed'],
  ['isRevoked, later', (fail) => ({ isRevoked: later(fail) }), 'isRevoked failed'],
  [
    'a predicate of requiredClaims',
    (fail) => issuerWith({ requiredClaims: { tier: fail } }),
    'the predicate for the claim "tier" failed',
  ],
  [
    'identity.subject',
    (fail) => issuerWith({ identity: { subject: fail } }),
    'the function identity.subject failed',
  ],
  [
    'mayGrant.scopes',
    (fail) => issuerWith({ mayGrant: { scopes: fail } }),
    'a function of mayGrant failed',
  ],
  ['scopeMatches', (fail) => ({ scopeMatches: fail }), 'scopeMatches failed'],
  [
    'resolveIssuer',
    (fail) => ({ issuers: [], resolveIssuer: { origins: [ORIGIN], resolve: later(fail) } }),
    'resolveIssuer failed',
  ],
  ['http.fetch', (fail) => fetchedBy({ fetch: later(fail) }), 'cannot fetch the keys'],
  [
    'http.fetch of a key set',
    // Fetched before any request waits for it.
    (fail) => ({
      ...fetchedBy({ fetch: later(fail) }, { keys: { jwksUri: `${ORIGIN}/keys` } }),
      warmUp: true,
    }),
    'cannot fetch the keys',
  ],
  ['http.headers', (fail) => fetchedBy({ headers: fail }), 'http.headers failed'],
  [
    'the body that http.fetch gives',
    (fail) => fetchedBy({ fetch: async () => broken(fail) }),
    'cannot fetch the keys',
  ],
  [
    'http.fetch of one key',
    (fail) => fetchedBy({ fetch: later(fail) }, { keys: { publicKeyUri: `${ORIGIN}/{kid}` } }),
    'cannot be read',
  ],
  [
    'introspection.bearerToken',
    (fail) => introspecting({ bearerToken: fail }),
    'introspection.bearerToken failed',
  ],
  [
    'http.fetch of introspection',
    (fail) => introspecting(CLIENT, { fetch: later(fail) }),
    'cannot introspect tokens',
  ],
  [
    'the body that http.fetch gives of an introspection',
    (fail) => introspecting(CLIENT, { fetch: async () => broken(fail) }),
    'cannot introspect tokens',
  ],
  [
    'a revocation store',
    (fail) => ({
      revocation: {
        store: { put: fail, load: fail, subscribe: fail, knownAsOfSeconds: fail },
      },
    }),
    'revocations could not be loaded',
  ],
];

/** Asked on every request; in the background of it. */
const TWO = PLACES.filter(
  ([place]) => place === 'isRevoked' || place === 'http.fetch of a key set',
);
const CASES = [
  ...PLACES.map((place) => ['a revoked proxy', ...place, closed] as const),
  ...UNREADABLE.flatMap(([what, thrown]) => TWO.map((place) => [what, ...place, thrown] as const)),
];
const throwing = (thrown: () => unknown) => (): never => {
  throw thrown();
};

describe.each(ADAPTERS)(
  'Whatever a function of the application throws is the documented 503, on %s',
  (adapter) => {
    const start = (config: Partial<AuthModuleConfig>): Promise<TestApplication> =>
      startApplication(
        { issuers: [issuer.config()], ...config },
        { adapter, controllers: [NotesController] },
      ).then(keep);

    it.each(CASES)('%s, by %s', async (_what, _place, configWith, logged, thrown) => {
      const application = await start(configWith(throwing(thrown)));
      const token = issuer.token({ scopes: ['notes'] });
      // Twice: what of a token was good is remembered.
      for (let time = 0; time < 2; time++)
        expect(await application.get('/notes', token)).toMatchObject({
          status: 503,
          text: '{"status":503,"error":"Service Unavailable","message":"Token verification unavailable","code":"keys_unavailable"}',
        });
      expect(application.log.text('error')).toContain(logged);
    });

    it.each(UNREADABLE)('%s, by an observer: no answer changes', async (_what, thrown) => {
      const fail = throwing(thrown);
      const application = await start({ observer: { authenticated: fail, refused: later(fail) } });
      const token = issuer.token({ scopes: ['notes'] });
      expect(await application.get('/notes', token)).toMatchObject({ status: 200 });
      expect(await application.get('/notes', 'junk')).toMatchObject({ status: 401 });
      const log = application.log.text('error');
      expect(log).toContain('observer.authenticated failed');
      expect(log).toContain('observer.refused failed');
    });
  },
);
