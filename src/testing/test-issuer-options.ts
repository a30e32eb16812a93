import {
  BOOLEAN,
  BOOLEAN_OR_MEMBERS,
  FUNCTION,
  MEMBERS,
  NUMBER,
  oneOf,
  type OptionRules,
  TEXT,
  TEXT_OR_TEXTS,
  TEXTS,
  THUMBPRINTED,
} from './checked-options.js';
import type { SigningAlgorithm } from './signing-algorithms.js';

/** Which discovery documents a test issuer serves. */
export type DiscoveryDocuments = 'oidc' | 'oauth' | 'both' | 'none';

/** How a test issuer answers introspection (RFC 7662). */
export interface TestIntrospection {
  /** How its opaque tokens begin; an application that trusts several such issuers needs it. Absent: anyhow. */
  readonly tokenPrefix?: string;
}

/** How a test issuer is set up. Every member may be left out. */
export interface TestIssuerOptions {
  /** `alg` of its tokens (RFC 7518 section 3.1). Default `ES256`, whose keys are quick to generate. */
  readonly algorithm?: SigningAlgorithm;

  /**
   * Whether it listens on a free port of `127.0.0.1`. Default `true`. With `false` nothing is opened:
   * `config()` hands over {@link TestIssuer.fetch}, which answers in memory.
   */
  readonly listen?: boolean;

  /**
   * The exact `iss`, an absolute URL; only with `listen: false`. Absent: the address it listens on,
   * or `https://login.example.com`, with {@link path} appended.
   */
  readonly issuer?: string;

  /**
   * Path of the issuer, beginning with `/` (`/realms/a`; `/` gives an issuer with a trailing slash).
   * Not together with {@link issuer}. Absent: no path.
   */
  readonly path?: string;

  /**
   * The discovery documents it serves: `oidc` (OpenID Connect Discovery 1.0 section 4), `oauth`
   * (RFC 8414 section 3), `both`, or `none`. Default `both`. The others answer 404.
   */
  readonly discovery?: DiscoveryDocuments;

  /** `aud` of its tokens and `audience` of its configuration. Default `https://api.example.com`. */
  readonly audience?: string | readonly string[];

  /**
   * Whether it hands out opaque tokens ({@link TestIssuer.opaqueToken}) and answers what they are worth; its
   * `config()` then asks it. `true` for `{}`. Default `false`.
   */
  readonly introspection?: boolean | TestIntrospection;

  /** The present in milliseconds since 1970, asked for every token. Default `Date.now()`. */
  readonly now?: () => number;
}

/** What an access token says. Every member may be left out. */
export interface AccessTokenOptions {
  /** `sub`. Default `alice`. */
  readonly subject?: string;

  /** `scope`, joined with spaces (RFC 8693 section 4.2). Absent: the token has no `scope`. */
  readonly scopes?: readonly string[];

  /** `aud`. Default: the issuer's {@link TestIssuerOptions.audience}. */
  readonly audience?: string | readonly string[];

  /** `client_id` (RFC 8693 section 4.3). Default `test-client`. */
  readonly clientId?: string;

  /** Time from `iat` to `exp` in seconds; negative: `exp` lies before `iat`. Default 300. */
  readonly expiresInSeconds?: number;

  /** Another name of {@link expiresInSeconds}, in seconds as OAuth's `expires_in` (RFC 6749 section 5.1). The other one counts where both are given. */
  readonly expiresIn?: number;

  /**
   * The certificate of the client that the token is bound to, as one of `createTestCertificate()`: its
   * `thumbprint` is `x5t#S256` in `cnf` (RFC 8705 section 3.1). Absent: the token is bound to none.
   */
  readonly certificate?: { readonly thumbprint: string };

  /**
   * The key of the client that the token is bound to, as one of `createDpopKey()`: its `thumbprint` is `jkt`
   * in `cnf` (RFC 9449 section 6.1). Absent: the token is bound to none.
   */
  readonly dpop?: { readonly thumbprint: string };

  /** `typ` of the header. Default `at+jwt` (RFC 9068 section 2.1). */
  readonly type?: string;

  /** `kid` of the header; the signature is the current key's all the same. Default: the current key's. */
  readonly kid?: string;

  /** Further or other claims; one given as `undefined` is left out of the token. Absent: none. */
  readonly claims?: Readonly<Record<string, unknown>>;

  /**
   * Names of claims that introspection tells and the token itself leaves out, as Keycloak's lightweight tokens
   * do; `introspection` of the issuer must be on. An opaque token says nothing itself. Absent: none.
   */
  readonly introspectedOnly?: readonly string[];

  /** Further or other header members; one given as `undefined` is left out. Absent: none. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** How {@link TestIssuer.rotateKeys} treats the keys published so far. */
export interface KeyRotationOptions {
  /** Whether they stay published, so that tokens signed before still verify. Default `true`. */
  readonly keepOld?: boolean;
}

export const TEST_ISSUER_RULES: OptionRules<TestIssuerOptions> = {
  // `recipeFor` checks that the algorithm exists.
  algorithm: TEXT,
  listen: BOOLEAN,
  issuer: TEXT,
  path: TEXT,
  discovery: oneOf('oidc', 'oauth', 'both', 'none'),
  audience: TEXT_OR_TEXTS,
  introspection: BOOLEAN_OR_MEMBERS,
  now: FUNCTION,
};

export const TEST_INTROSPECTION_RULES: OptionRules<TestIntrospection> = { tokenPrefix: TEXT };

export const ACCESS_TOKEN_RULES: OptionRules<AccessTokenOptions> = {
  subject: TEXT,
  scopes: TEXTS,
  audience: TEXT_OR_TEXTS,
  clientId: TEXT,
  expiresInSeconds: NUMBER,
  expiresIn: NUMBER,
  certificate: THUMBPRINTED,
  dpop: THUMBPRINTED,
  type: TEXT,
  kid: TEXT,
  claims: MEMBERS,
  introspectedOnly: TEXTS,
  header: MEMBERS,
};

export const KEY_ROTATION_RULES: OptionRules<KeyRotationOptions> = { keepOld: BOOLEAN };
