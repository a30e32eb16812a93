import type { Identity } from '../core/identity/identity.js';
import type { BackChannelLogoutConfig } from './back-channel-logout-config.js';
import type { ResourceMetadataConfig } from './resource-metadata-config.js';
import type { SharedSignalsConfig } from './shared-signals-config.js';
import type { AuthObserver } from '../core/observability/auth-observer.js';
import type { MtlsConfig } from './mtls-config.js';
import type { DpopConfig } from './dpop-config.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import type { RevocationConfig } from './revocation-config.js';
import type { ScopeImplies, TrustedIssuerConfig } from './trusted-issuer-config.js';
import type { TokenSource } from './token-source.js';

/**
 * How much a refusal tells the client. `'detailed'`: each cause has its code. `'minimal'`: every
 * judged-bad token is `token_invalid`, except an expired one.
 */
export type Disclosure = 'detailed' | 'minimal';

/** Which refusal bodies carry `authenticateHint`: all, or only that of `auth_required`. */
export type AuthenticateHint = 'always' | 'auth_required';

/**
 * What is done about handlers that anybody can call though nobody said so. `'off'`: nothing, but for
 * a warning of WebSocket gateways that `guardEveryRoute` does not reach on Nest 11.
 * `'warn'`: they are listed in the log at start. `'error'`: they stop the start.
 */
export type AuditMode = 'off' | 'warn' | 'error';

/**
 * What verifies signatures. `'passport-jwt'`: passport-jwt on jsonwebtoken, on the main thread.
 * `'node:crypto'`: `crypto.verify`, on libuv's thread pool while several checks are under way.
 */
export type SignatureVerifierName = 'passport-jwt' | 'node:crypto';

/** Bounds of the cache of verified tokens. */
export interface VerifiedTokenCacheConfig {
  /**
   * Most tokens kept. None is longer than 8192 bytes; together they take at most 3200 bytes times
   * `maxEntries`. 1 to 1000000. Default 10000.
   */
  readonly maxEntries?: number;
  /** Longest time in seconds for which a verification is remembered. 1 to 86400. Default 300. */
  readonly maxAgeSeconds?: number;
}

/** Where the error reference is served, and under which address clients reach it. */
export interface ErrorReferenceConfig {
  /**
   * Path of the index, below the application's global prefix; topics follow it, as in
   * `/errors/UNAUTHORIZED`. Begins with a slash and ends without one; its segments are of letters,
   * digits, `.`, `_`, `~` and `-`. Default `/errors`.
   */
  readonly path?: string;
  /**
   * The whole address of the index as clients see it, such as `https://api.example.com/errors`, for
   * `error_uri` (RFC 6750 section 3). Default: the path with the application's global prefix. Needed
   * behind a proxy that changes paths. The `exclude` of `setGlobalPrefix` does not reach the pages.
   */
  readonly url?: string;
}

/**
 * Whether a scope that a caller has grants one that a route demands. It answers at once, is pure, and is asked
 * again for the same two scopes.
 */
export type ScopeMatcher = (granted: string, demanded: string) => boolean;

/** Configuration of {@link AuthModule}. A fault in it stops the start with {@link AuthConfigurationError}. */
export interface AuthModuleConfig {
  /**
   * The trusted issuers. A string stands for `{ issuer: thatString }`. Mandatory, at least one, unless
   * {@link resolveIssuer} is given.
   */
  readonly issuers?: readonly (string | TrustedIssuerConfig)[];

  /** Finds issuers that are not in {@link issuers}, such as those of tenants in a database. Absent: there are no others. */
  readonly resolveIssuer?: IssuerResolutionConfig;

  /** What tokens must be meant for, where an issuer does not say so itself (RFC 9068 section 4). Absent: each issuer must. */
  readonly audience?: string | readonly string[];

  /**
   * Which scopes imply others: a caller with the scope `notes:admin` of `{ 'notes:admin': ['notes:read',
   * 'notes:write'] }` has all three, in `@RequireScopes` and on {@link Identity.scopes}. Implied scopes
   * imply others in turn, and a circle does no harm. Names are compared exactly. An issuer's own
   * `scopeImplies` takes the place of this one. Absent: no scope implies another, because a name says
   * nothing of the kind (RFC 6749 section 3.3).
   */
  readonly scopeImplies?: ScopeImplies;

  /**
   * The protection space named in every challenge (RFC 9110 section 11.5). Printable ASCII, 1 to 128
   * characters; quotes and backslashes are escaped, and what clients would take for a parameter, such as
   * `scope=`, is refused. Default `api`.
   */
  readonly realm?: string;

  /** How much a refusal tells the client. Default `'detailed'`. */
  readonly disclosure?: Disclosure;

  /** Which refusal bodies carry `authenticateHint`. Default `'always'`. */
  readonly authenticateHint?: AuthenticateHint;

  /**
   * Serves a page on every refusal, for programs, people and browsers (JSON, Markdown or HTML by
   * `Accept`), open to everybody, and names it as `error_uri` in every challenge. `{}` serves it with
   * the defaults of {@link ErrorReferenceConfig}. Absent: not served.
   */
  readonly errorReference?: ErrorReferenceConfig;

  /**
   * Answers with `application/problem+json` (RFC 9457) where a client's `Accept` prefers it to JSON; done
   * by the exception filter. Default `false`: every client gets the documented body.
   */
  readonly problemDetails?: boolean;

  /**
   * Longest access token in bytes that is looked at; a longer one is `token_malformed`. 256 to 1048576.
   * Default 16384. In a header Node's own limit comes first (`--max-http-header-size`, 16 KiB for all
   * headers together): a 431 without body or challenge.
   */
  readonly maxTokenBytes?: number;

  /**
   * Where access tokens are looked for. Default `['header']`. A request in which more than one token
   * is found is refused with 400 `invalid_request` (RFC 6750 section 2); so is one in which the same cookie or
   * header stands twice. A good answer to a token that is not in `Authorization` carries
   * `Cache-Control: private` where the response has none when the guard lets the call in (RFC 6750 section
   * 2.3), and every answer of a guarded route names in `Vary` the headers and `Cookie` that are sources.
   */
  readonly tokenSources?: readonly TokenSource[];

  /**
   * Remembers which tokens were verified, so that the next request with the same bytes costs no
   * signature check. It changes no outcome: times, required claims, keys, the trust list and
   * `isRevoked` count on every request. Refusals are never remembered. Default: on, with the defaults of
   * {@link VerifiedTokenCacheConfig}. `false` turns it off.
   */
  readonly verifiedTokenCache?: VerifiedTokenCacheConfig | false;

  /**
   * What verifies signatures (RFC 7515 section 5.2). Everything else is the same with both: steps, terms
   * and refusals. With `'node:crypto'` passport is not loaded, a new token costs less, and while several
   * signatures are to be checked other requests don't wait for them: the thread pool
   * (`UV_THREADPOOL_SIZE`, 4 threads by default) checks them. EdDSA and ML-DSA signatures, which
   * jsonwebtoken does not know, are verified by `crypto.verify` in either case. Default `'passport-jwt'`.
   */
  readonly signatureVerifier?: SignatureVerifierName;

  /**
   * Asked with the identity of every request after all other checks of the token, and before what the
   * route demands; `true` refuses the token with
   * `token_revoked`. When it throws, rejects, takes more than 5 seconds or gives anything but `true` or
   * `false` the request ends in a 503. Absent: nothing is revoked before it expires.
   */
  readonly isRevoked?: (identity: Identity) => boolean | Promise<boolean>;

  /**
   * Lets `Revocations` revoke tokens in every process of the application: each keeps what was revoked in
   * memory, fed by a store, and asks it about every token, before {@link isRevoked}. Absent: `Revocations`
   * rejects, and nothing is loaded.
   */
  readonly revocation?: RevocationConfig;

  /**
   * Compares what {@link RequireScopes} demands with each scope that a caller has, for scopes with paths or
   * wildcards; `nestjs-trusted-issuers/presets` has `pathScopes` and `smartScopes`. An `async` function stops the
   * start. One that throws, or gives anything but `true` or `false`, is a 503. Roles are not compared by it.
   * Absent: a scope grants itself and no other.
   */
  readonly scopeMatches?: ScopeMatcher;

  /**
   * Accepts tokens that are bound to the certificate of their client, or demands it (RFC 8705 section 3).
   * Absent: a token that is bound so is refused.
   */
  readonly mtls?: MtlsConfig;

  /**
   * Tokens that only their owner can use, by DPoP (RFC 9449): a token whose `cnf.jkt` names a key is accepted
   * with a proof by that key for this very request, and not otherwise. Absent: off, unless an issuer says
   * otherwise by its own `dpop`.
   */
  readonly dpop?: DpopConfig;

  /**
   * Tells clients where to log in (RFC 9728): serves the API's metadata document, open to everybody, at
   * `/.well-known/oauth-protected-resource` and at its form with the path of `resource`, and names its
   * address as `resource_metadata` in every challenge. Absent: neither.
   */
  readonly resourceMetadata?: ResourceMetadataConfig;

  /**
   * Takes logout tokens (OpenID Connect Back-Channel Logout 1.0) of the issuers that have a `backChannelLogout`
   * of their own, and ends the access tokens of that session or subject. `{}` serves the endpoint at the
   * path of {@link BackChannelLogoutConfig}. Needs {@link revocation}. Absent: no endpoint.
   */
  readonly backChannelLogout?: BackChannelLogoutConfig;

  /**
   * Takes security event tokens by push (RFC 8935, Shared Signals Framework 1.0) of the transmitters that are
   * listed, and ends the access tokens they are about. Needs {@link revocation}. Absent: no endpoint.
   */
  readonly sharedSignals?: SharedSignalsConfig;

  /**
   * Ends the stream of a guarded `@Sse()` handler when the token of its request expires, its issuer's clock
   * tolerance included: the status was sent long ago, and nothing else guards what follows. An `EventSource`
   * then connects again, and is refused unless it has a new token. Callers without a token, and other
   * streams such as a `StreamableFile`, are not concerned. `false`: such a stream goes on until the handler or
   * the client ends it. Gateways have an option of their own. Default `true`.
   */
  readonly closeOnExpiry?: boolean;

  /**
   * Looks at every handler when the application starts: routes, message handlers, WebSocket gateways
   * and GraphQL resolvers that are neither guarded by {@link JwtAuthGuard} nor `@Public()`. Default
   * `'off'`. An application may well have routes that other guards protect, and adding this module must
   * not stop its start.
   */
  readonly audit?: AuditMode;

  /**
   * Fetches the keys of all issuers when the application starts, instead of with the first token of
   * each: all at once and in the background, so that no issuer holds up another or the start. What
   * fails is logged and tried again when a token needs it. Default `false`.
   */
  readonly warmUp?: boolean;

  /** Is told what happens: keys fetched or not, tokens accepted or refused. One, or a list. Absent: nobody. */
  readonly observer?: AuthObserver | readonly AuthObserver[];
}
