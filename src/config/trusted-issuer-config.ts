import type { MtlsMode } from './mtls-config.js';
import type { KeyObject } from 'node:crypto';
import type { Claims } from '../core/identity/identity.js';
import type { LogoutSenderConfig } from './back-channel-logout-config.js';
import type { DpopMode } from './dpop-config.js';
import type { HttpConfig } from './http-config.js';
import type { IntrospectionConfig } from './introspection-config.js';

/** A claim value that can be compared: what {@link TrustedIssuerConfig.requiredClaims} expects. */
export type ClaimValue = string | number | boolean;

/**
 * What one required claim must be: a value, one of several values, or a predicate of the claim.
 * A claim that is an array satisfies a value when one of its elements does. A predicate sees the
 * verified claim (`undefined` when absent) and answers at once; `true` alone is a yes, and any other
 * value is `claims_invalid`. When it throws, or gives a promise, the request ends in a 503, because the
 * token was never judged. An `async` one stops the start.
 */
export type RequiredClaim =
  | ClaimValue
  | readonly ClaimValue[]
  | ((claim: unknown, claims: Readonly<Record<string, unknown>>) => boolean);

/**
 * A signature algorithm by its JOSE name (RFC 7518 section 3.1, RFC 8037, RFC 9864, RFC 9964). The symmetric
 * ones need `keys.secret`.
 */
export type SignatureAlgorithm =
  | `${'RS' | 'PS' | 'ES' | 'HS'}${256 | 384 | 512}`
  | 'EdDSA'
  | 'Ed25519'
  | 'Ed448'
  | 'ML-DSA-44'
  | 'ML-DSA-65'
  | 'ML-DSA-87';

/** A JSON Web Key Set (RFC 7517 section 5). */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

/** A public key: PEM text (`BEGIN PUBLIC KEY`, `BEGIN CERTIFICATE`), or a public `KeyObject`. */
export type PublicKeyInput = string | KeyObject;

/** The forms in which an issuer's verification keys may be given. */
export interface IssuerKeyForms {
  /**
   * Address of a metadata document (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3)
   * whose `issuer` must equal the configured one exactly.
   */
  readonly discovery: string;
  /** Address, or addresses, of a JWK Set (RFC 7517). Several are read as one set. */
  readonly jwksUri: string | readonly string[];
  /**
   * The JWK Set itself. Entries that can verify nothing are passed over and named in the log; when none
   * is left, the application does not start. There may be any number of keys. A token without `kid`, or
   * whose `kid` several have, is tried with 16 that fit its algorithm.
   */
  readonly jwks: JsonWebKeySet;
  /**
   * One or several public keys. They have no `kid`, and no token is tried with more than 16 that fit
   * its algorithm; where there are more, put them into {@link jwks}, each with its `kid`.
   */
  readonly publicKey: PublicKeyInput | readonly PublicKeyInput[];
  /**
   * A shared secret for `HS256`, `HS384`, `HS512`, at least as long as the hash (RFC 7518 section
   * 3.2: 32, 48, 64 bytes). A string is taken as UTF-8.
   */
  readonly secret: string | Uint8Array | KeyObject;
  /**
   * Path of a file holding a JWK Set, from the working directory; read again after a minute, and when a
   * token names an unknown key. The application does not start without it. `http.timeoutMs` bounds how
   * long reading may take.
   */
  readonly jwksFile: string;
  /**
   * Address of one public key as PEM text, in whose path `{kid}` stands for the `kid` of a token, as AWS load
   * balancers publish theirs. A key is fetched with the first token that names it; a `kid` of anything but up to
   * 64 letters, digits, `-` and `_` is never part of an address. A status of 403, 404 or 410 says that there is no
   * such key. Look-ups of unknown ones are rationed, and one that has to wait is a 503.
   */
  readonly publicKeyUri: string;
}

/** One form of keys, without a trace of the others. */
export type OneFormOfKeys = {
  [Form in keyof IssuerKeyForms]: Pick<IssuerKeyForms, Form>;
}[keyof IssuerKeyForms];

/** Where an issuer's verification keys come from; exactly one of the {@link IssuerKeyForms}. */
export type IssuerKeysConfig = {
  [Form in keyof IssuerKeyForms]: Pick<IssuerKeyForms, Form> & {
    readonly [Other in Exclude<keyof IssuerKeyForms, Form>]?: never;
  };
}[keyof IssuerKeyForms];

/** Names that are the keys of the object at a claim's path, as roles are in ZITADEL's tokens. */
export interface KeysOf {
  /** A claim's name, or a path of dots. */
  readonly keysOf: string;
}

/** Names that count: exact ones, those that end in `*` being prefixes; or whether one does. */
export type GrantLimit = readonly string[] | ((name: string) => boolean);

/** Which scopes a scope implies: `{ 'notes:admin': ['notes:read', 'notes:write'] }`. */
export type ScopeImplies = Readonly<Record<string, readonly string[]>>;

/** What an issuer's tokens may carry; the rest is left off the identity. */
export interface GrantLimitsConfig {
  /** Scopes that count. Absent: all. */
  readonly scopes?: GrantLimit;
  /** Roles that count. Absent: all. */
  readonly roles?: GrantLimit;
}

/**
 * Where the parts of an {@link Identity} stand in the claims. Each entry is a claim name or several,
 * tried in order. A name with dots that is no claim itself is a path (`realm_access.roles`).
 */
export interface IdentityMappingConfig {
  /** Subject; the first non-empty string of well-formed Unicode counts. Default `sub` (RFC 9068 section 2.2). None found: the token is refused with `claims_invalid`. Where it is named here, a safe integer counts as its decimal text. A function must be pure and answer at once: it may be asked again for the same token; one that throws is a 503. */
  readonly subject?: string | readonly string[] | ((claims: Claims) => string | undefined);
  /** Client; the first non-empty string of well-formed Unicode counts. Default `client_id`, `azp`, `cid`, `appid`. None found: `undefined`. */
  readonly clientId?: string | readonly string[];
  /** Scopes; all places are united. Strings are split at spaces (RFC 8693 section 4.2), those of lists as well. A function is as for {@link subject}. Default `scope`, `scp`, `permissions`. None found: empty. */
  readonly scopes?: string | readonly string[] | ((claims: Claims) => string | readonly string[]);
  /** Roles; all places are united. `{ keysOf: 'path' }` where they are the keys of an object there. A function is as for {@link subject}. Default `roles`, `groups`, `realm_access.roles`, `cognito:groups`. None found: empty. */
  readonly roles?:
    string | KeysOf | readonly (string | KeysOf)[] | ((claims: Claims) => readonly string[]);
  /** Tenant; the first non-empty string of well-formed Unicode counts. Default `tid`, `tenant_id`, `org_id`. None found: `undefined`. */
  readonly tenant?: string | readonly string[];
}

/** One authorization server whose access tokens this API accepts, and on which terms. */
export interface TrustedIssuerConfig {
  /**
   * The exact `iss` of its tokens (RFC 9068 section 2.2, RFC 8414 section 2). Compared character by
   * character: a trailing slash, another case or a default port make it another issuer. Mandatory.
   *
   * Or, together with {@link tenants}, a template: `{tenantid}` stands for one whole path segment
   * that holds a tenant's GUID. Its {@link keys} must then be given.
   */
  readonly issuer: string;

  /**
   * Which tenants the template in {@link issuer} stands for: their GUIDs in lower case, or `'any'`.
   * A token must carry the tenant of its `iss` in `tid` too, and {@link Identity.issuer} is the
   * tenant's own. An issuer that is listed by itself wins over a template with `'any'`.
   * Absent: {@link issuer} is no template. With it there are no {@link issuerAliases}.
   */
  readonly tenants?: readonly string[] | 'any';

  /**
   * Further exact `iss` values of the same authorization server, for one that is reached under
   * several names (proxy, container network). They share keys and rules, and a metadata document
   * must still name {@link issuer} (RFC 8414 section 3.3);
   * {@link Identity.issuer} is always {@link issuer}. Default: none.
   */
  readonly issuerAliases?: readonly string[];

  /**
   * What tokens must be meant for: one of these values must be in `aud` (RFC 9068 section 4).
   * Absent: the module's `audience`; when neither is given the application does not start.
   * `null` switches the check off on purpose; then `clientIds`, `requiredClaims` or `requiredHeader` is mandatory, and
   * claims that only tell kinds of token apart (`typ`, `ver`, `token_use`) are not enough.
   */
  readonly audience?: string | readonly string[] | null;

  /**
   * Of {@link audience}, what looks like a placeholder and is meant all the same, exactly as it is
   * written there: `'https://yourdomain.com'`, which Feathers writes by default. One that is not in this
   * issuer's own `audience`, or holds no placeholder, is a fault. Absent: an audience that holds a
   * placeholder (`YOUR_API`, `{tenant}`, `<audience>`, `changeme`, `yourdomain`) stops the start.
   */
  readonly allowPlaceholderAudience?: string | readonly string[];

  /** Where the verification keys come from. Absent: found by discovery from {@link issuer}. */
  readonly keys?: IssuerKeysConfig;

  /**
   * Accepted `alg` values (RFC 7518 section 3.1, RFC 8037, RFC 9864). `EdDSA` means the curves Ed25519
   * and Ed448; for one key it and the name of its curve are one algorithm, whichever a token has. Default:
   * every asymmetric one, or, with `keys.secret`, none: `HS256`, `HS384` or `HS512` must then be named here.
   */
  readonly algorithms?: readonly SignatureAlgorithm[];

  /**
   * Accepted `typ` header values, compared without regard to case and to an `application/` in front
   * (RFC 7515 section 4.1.9); `null` stands for a token without `typ`.
   * Default: `at+jwt`, `JWT` and `null`. Types known to be something other than an access token
   * (`logout+jwt`, `dpop+jwt`, …) are always refused.
   */
  readonly tokenTypes?: readonly (string | null)[];

  /**
   * Members of a token's header that must have a certain value, or one of several (RFC 7515 section 4.3), such as
   * the `signer` of an AWS load balancer. Others are refused with `claims_invalid` before a key is looked for.
   * `alg`, `typ` and what else the specifications give a meaning have options of their own. Absent: the header
   * has no further conditions.
   */
  readonly requiredHeader?: Readonly<Record<string, string | readonly string[]>>;

  /**
   * Accepts tokens whose three segments are all padded with `=`, which RFC 7515 section 2 forbids and AWS load
   * balancers do. Of listed issuers alone: `resolveIssuer` can't give it. Default `false`: such a token is
   * `token_malformed`.
   */
  readonly allowPadding?: boolean;

  /** Accepted clients, compared with {@link Identity.clientId}. Absent: the client is not checked. */
  readonly clientIds?: readonly string[];

  /**
   * Claims that must be there with a certain value. A name is that of a claim itself, not a path as in
   * {@link identity}: what stands deeper is for a predicate, like
   * `realm_access: (claim) => (claim as { roles?: string[] })?.roles?.includes('admin') === true`.
   * Absent: no further claim is checked.
   */
  readonly requiredClaims?: Readonly<Record<string, RequiredClaim>>;

  /**
   * How far this machine's clock and the issuer's may differ, in seconds, applied to `exp`, `nbf`,
   * `iat` and {@link maxTokenAgeSeconds} alike (RFC 7519 section 4.1.4). 0 to 300. Default 5.
   */
  readonly clockToleranceSeconds?: number;

  /** Greatest age of a token in seconds, counted from `iat`, which it then must have. Above 0. Absent: age is not checked. */
  readonly maxTokenAgeSeconds?: number;

  /** Where subject, client, scopes, roles and tenant stand in the claims. Absent: standard claims and common provider forms. */
  readonly identity?: IdentityMappingConfig;

  /**
   * Which scopes and roles count that this issuer states: what a partner's server may not decide is left
   * off the {@link Identity}, implied scopes ({@link scopeImplies}) too. Absent: all of them.
   */
  readonly mayGrant?: GrantLimitsConfig;

  /**
   * Whether this issuer's tokens may, or must, be bound to a certificate (RFC 8705 section 3). Needs
   * `mtls.certificate` of the module. Absent: as `mtls.mode` of the module says.
   */
  readonly mtls?: MtlsMode;

  /**
   * Which scopes imply others in tokens of this issuer, in place of the module's `scopeImplies`; `{}`:
   * none do. What is implied is limited by {@link mayGrant} like what the token states. Absent: the
   * module's.
   */
  readonly scopeImplies?: ScopeImplies;

  /**
   * Whether its tokens may, or must, be bound to a key of their client by DPoP (RFC 9449). Absent: the `mode` in
   * the module's `dpop`.
   */
  readonly dpop?: DpopMode;

  /** A short name for `@RequireIssuer()` and `@RequireRoles(…, { issuers })`. Absent: it is named by {@link issuer} alone. */
  readonly name?: string;

  /**
   * Asks the issuer about tokens that only it can read (RFC 7662). Not for a template, nor, in the mode
   * `'opaque'`, for what `resolveIssuer` gives: an opaque token names no issuer. Absent: an opaque token is
   * `token_malformed`.
   */
  readonly introspection?: IntrospectionConfig;

  /** How keys and metadata are fetched, and the introspection endpoint is asked. Absent: see the defaults of each member. */
  readonly http?: HttpConfig;

  /**
   * It sends logout tokens (OpenID Connect Back-Channel Logout 1.0), signed with its {@link keys}; the module's
   * `backChannelLogout` says where. Absent: a logout token of this issuer is refused.
   */
  readonly backChannelLogout?: LogoutSenderConfig;
}
