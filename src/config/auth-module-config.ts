import type { Identity } from '../core/identity/identity.js';
import type {
  BackChannelLogoutConfig,
  RevocationConfig,
  SharedSignalsConfig,
} from './revocation-config.js';
import type { ErrorReferenceConfig, ResourceMetadataConfig } from './served-documents-config.js';
import type { AuthObserver } from '../core/observability/auth-observer.js';
import type { DpopConfig, MtlsConfig } from './binding-config.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import type { ScopeImplies } from './identity-mapping-config.js';
import type { TrustedIssuerConfig } from './trusted-issuer-config.js';
import type { TokenSource } from './token-source.js';

/**
 * `'detailed'`: each cause has a code of its own. `'minimal'`: every bad token is `token_invalid`, except an
 * expired one.
 */
export type Disclosure = 'detailed' | 'minimal';

/** `'always'`: all of them. `'auth_required'`: only the body with that code. */
export type AuthenticateHint = 'always' | 'auth_required';

/**
 * `'off'`: nothing is reported, except gateways that `guardEveryRoute` does not reach on Nest 11: a warning
 * names them. `'warn'`: the log lists open handlers at start. `'error'`: they stop the start.
 */
export type AuditMode = 'off' | 'warn' | 'error';

/**
 * `'passport-jwt'`: passport-jwt on jsonwebtoken, on the main thread. `'node:crypto'`: `crypto.verify`, on
 * libuv's thread pool while several signatures are being verified.
 */
export type SignatureVerifierName = 'passport-jwt' | 'node:crypto';

/**
 * Whether a scope that a caller has grants one that a route demands. It must be synchronous and pure: it may be
 * called again for the same two scopes.
 */
export type ScopeMatcher = (granted: string, demanded: string) => boolean;

/** Configuration of {@link AuthModule}. A fault in it stops the start with {@link AuthConfigurationError}. */
export interface AuthModuleConfig {
  /**
   * The trusted issuers. A string is short for `{ issuer: thatString }`. Mandatory, at least one, unless
   * {@link resolveIssuer} is given.
   */
  readonly issuers?: readonly (string | TrustedIssuerConfig)[];

  /**
   * Finds issuers that are not in {@link issuers}, such as those of tenants in a database. Absent: there are no
   * others.
   */
  readonly resolveIssuer?: IssuerResolutionConfig;

  /**
   * Who tokens must be meant for, where an issuer has no `audience` of its own. Absent: each issuer must have
   * one.
   *
   * @see RFC 9068 section 4
   */
  readonly audience?: string | readonly string[];

  /**
   * Which scopes imply others: a caller with the scope `notes:admin` of `{ 'notes:admin': ['notes:read',
   * 'notes:write'] }` has all three, in `@RequireScopes` and in {@link Identity.scopes}. Implied scopes imply
   * others in turn; circles do no harm. Names are compared exactly. An issuer's own `scopeImplies` replaces
   * this one. Absent: no scope implies another, because a name alone does not say so (RFC 6749 section 3.3).
   */
  readonly scopeImplies?: ScopeImplies;

  /**
   * The protection space named in every challenge. Printable ASCII, 1 to 128 characters. Quotes and backslashes
   * are escaped; what clients would take for a parameter, such as `scope=`, is refused.
   *
   * @default `'api'`
   * @see RFC 9110 section 11.5
   */
  readonly realm?: string;

  /**
   * How much a refusal tells the client.
   *
   * @default `'detailed'`
   */
  readonly disclosure?: Disclosure;

  /**
   * Which refusal bodies have an `authenticateHint`.
   *
   * @default `'always'`
   */
  readonly authenticateHint?: AuthenticateHint;

  /**
   * Serves a page about every refusal, for programs, people and browsers (JSON, Markdown or HTML by `Accept`),
   * open to every client, and names it as `error_uri` in every challenge. `{}` serves it with the defaults.
   * Absent: not served.
   */
  readonly errorReference?: ErrorReferenceConfig;

  /**
   * Answers with `application/problem+json` where a client's `Accept` prefers it to JSON. The exception filter
   * does it. `false`: every client gets the documented body.
   *
   * @default `false`
   * @see RFC 9457
   */
  readonly problemDetails?: boolean;

  /**
   * Longest access token in bytes that is read; a longer one is `token_malformed`. 256 to 1048576. In a header
   * Node's own limit comes first (`--max-http-header-size`, 16 KiB for all headers together): a 431 without
   * body or challenge.
   *
   * @default 16384
   */
  readonly maxTokenBytes?: number;

  /**
   * Where access tokens are looked for. A request with more than one token is refused with 400
   * `invalid_request`; so is one with the same cookie or header twice. A successful answer to a
   * token from outside `Authorization` has `Cache-Control: private`, unless the response has a `Cache-Control`
   * when the guard admits the call (RFC 6750 section 2.3). In every answer of a
   * guarded route `Vary` names the headers, and `Cookie`, that are sources.
   *
   * @default `['header']`
   * @see RFC 6750 section 2
   */
  readonly tokenSources?: readonly TokenSource[];

  /**
   * Remembers which tokens were verified, so that the next request with the same bytes needs no signature
   * check. It changes no outcome: times, required claims, keys, the trust list and `isRevoked` are checked on
   * every request. Refusals are never remembered. `false` turns it off.
   *
   * @default on, with the defaults of {@link VerifiedTokenCacheConfig}
   */
  readonly verifiedTokenCache?: VerifiedTokenCacheConfig | false;

  /**
   * What verifies signatures. Everything else is the same with both: steps, rules and refusals. With
   * `'node:crypto'` passport is not loaded, a new token costs less, and other requests don't wait while several
   * signatures are verified: the thread pool (`UV_THREADPOOL_SIZE`, 4 threads by default) does that. EdDSA and
   * ML-DSA signatures, which jsonwebtoken does not know, are verified by `crypto.verify` in either case.
   *
   * @default `'passport-jwt'`
   * @see RFC 7515 section 5.2
   */
  readonly signatureVerifier?: SignatureVerifierName;

  /**
   * Asked with the identity of every request, after all other checks of the token and before what the route
   * demands. `true` refuses the token with `token_revoked`. When it throws, rejects, takes more than 5 seconds
   * or gives anything but `true` or `false`, the request ends in a 503. Absent: no token is revoked before it
   * expires.
   */
  readonly isRevoked?: (identity: Identity) => boolean | Promise<boolean>;

  /**
   * Lets `Revocations` revoke tokens in every process of the application. Each process keeps what was revoked
   * in memory, fed by a store, and checks every token against it, before {@link isRevoked}. Absent:
   * `Revocations` rejects, and nothing is loaded.
   */
  readonly revocation?: RevocationConfig;

  /**
   * Compares what {@link RequireScopes} demands with each scope that a caller has, for scopes with paths or
   * wildcards; `nestjs-trusted-issuers/presets` has `pathScopes` and `smartScopes`. An `async` function stops
   * the start. One that throws, or gives anything but `true` or `false`, is a 503. Roles are not compared by
   * it. Absent: a scope grants itself and no other.
   */
  readonly scopeMatches?: ScopeMatcher;

  /**
   * Accepts tokens that are bound to the certificate of their client, or demands it. Absent: such a token is
   * refused.
   *
   * @see RFC 8705 section 3
   */
  readonly mtls?: MtlsConfig;

  /**
   * Tokens that only their owner can use, by DPoP: a token whose `cnf.jkt` names a key is accepted only with a
   * proof by that key for this request. Absent: off, unless an issuer has a `dpop` of its own.
   *
   * @see RFC 9449
   */
  readonly dpop?: DpopConfig;

  /**
   * Tells clients where to log in: serves the API's metadata document, open to every client, at
   * `/.well-known/oauth-protected-resource` and at its form with the path of `resource`, and names its address
   * as `resource_metadata` in every challenge. Absent: neither.
   *
   * @see RFC 9728
   */
  readonly resourceMetadata?: ResourceMetadataConfig;

  /**
   * Takes logout tokens of the issuers that have a `backChannelLogout` of their own, and ends the access tokens
   * of that session or subject. `{}` serves the endpoint with the defaults. Needs {@link revocation}. Absent:
   * no endpoint.
   *
   * @see OpenID Connect Back-Channel Logout 1.0
   */
  readonly backChannelLogout?: BackChannelLogoutConfig;

  /**
   * Takes security event tokens by push from the transmitters that are listed, and ends the access tokens they
   * are about. Needs {@link revocation}. Absent: no endpoint.
   *
   * @see RFC 8935
   * @see Shared Signals Framework 1.0
   */
  readonly sharedSignals?: SharedSignalsConfig;

  /**
   * Ends the stream of a guarded `@Sse()` handler when the token of its request expires, its issuer's clock
   * tolerance included: the status was sent long ago, and nothing else guards what follows. An `EventSource`
   * then connects again, and is refused unless it has a new token. Streams of callers without a token, and
   * other streams such as a `StreamableFile`, are not ended. `false`: such a stream continues until the handler
   * or the client ends it. Gateways have an option of their own.
   *
   * @default `true`
   */
  readonly closeOnExpiry?: boolean;

  /**
   * Looks for open handlers when the application starts: routes, message handlers, WebSocket gateways and
   * GraphQL resolvers that are neither guarded by {@link JwtAuthGuard} nor `@Public()`. It is off at first
   * because an application may have routes that other guards protect, and adding this module must not stop its
   * start.
   *
   * @default `'off'`
   */
  readonly audit?: AuditMode;

  /**
   * Fetches the keys of all issuers when the application starts, instead of with the first token of each. It
   * does so in the background and for all at once: no issuer delays another, or the start. A failure is logged,
   * and the fetch is tried again when a token needs it.
   *
   * @default `false`
   */
  readonly warmUp?: boolean;

  /**
   * Is told what happens: keys fetched or not, tokens accepted or refused. One, or a list. Absent: only the log
   * is.
   */
  readonly observer?: AuthObserver | readonly AuthObserver[];
}

/** Bounds of the cache of verified tokens. */
export interface VerifiedTokenCacheConfig {
  /**
   * How many tokens are kept. None is longer than 8192 bytes; together they take at most 3200 bytes times `maxEntries`.
   * 1 to 1000000.
   *
   * @default 10000
   */
  readonly maxEntries?: number;
  /**
   * Longest time in seconds for which a verification is remembered. 1 to 86400.
   *
   * @default 300
   */
  readonly maxAgeSeconds?: number;
}
