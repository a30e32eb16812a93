import type { LogoutSenderConfig } from './revocation-config.js';
import type { DpopMode, MtlsMode } from './binding-config.js';
import type { HttpConfig } from './http-config.js';
import type {
  GrantLimitsConfig,
  IdentityMappingConfig,
  ScopeImplies,
} from './identity-mapping-config.js';
import type { IntrospectionConfig } from './introspection-config.js';
import type { IssuerKeysConfig } from './issuer-keys-config.js';

/** A claim value that can be compared: what {@link TrustedIssuerConfig.requiredClaims} expects. */
export type ClaimValue = string | number | boolean;

/**
 * What one required claim must be: a value, one of several values, or a predicate of the claim. A claim that is
 * an array satisfies a value when one of its elements does. A predicate is given the verified claim
 * (`undefined` when absent) and answers at once: `true` alone is a yes, and any other value is
 * `claims_invalid`. When it throws, or gives a promise, the request ends in a 503, because the claim was not
 * checked. An `async` one stops the start.
 */
export type RequiredClaim =
  | ClaimValue
  | readonly ClaimValue[]
  | ((claim: unknown, claims: Readonly<Record<string, unknown>>) => boolean);

/**
 * By JOSE name: RS, PS, ES and HS with 256, 384 or 512; EdDSA, Ed25519 and Ed448; ML-DSA-44, -65 and -87 (from
 * Node.js 24.6 on). The symmetric ones (HS) need `keys.secret`.
 *
 * @see RFC 7518 section 3.1
 * @see RFC 8037
 * @see RFC 9864
 * @see RFC 9964
 */
export type SignatureAlgorithm =
  | `${'RS' | 'PS' | 'ES' | 'HS'}${256 | 384 | 512}`
  | 'EdDSA'
  | 'Ed25519'
  | 'Ed448'
  | 'ML-DSA-44'
  | 'ML-DSA-65'
  | 'ML-DSA-87';

/** One authorization server whose access tokens this API accepts, and under which conditions. */
export interface TrustedIssuerConfig {
  /**
   * The exact `iss` of its tokens. Compared character by character: a trailing slash, another case or a default
   * port make it another issuer. Mandatory.
   *
   * Or, together with {@link tenants}, a template: `{tenantid}` replaces one whole path segment that holds a
   * tenant's GUID. Its {@link keys} must then be given.
   *
   * @see RFC 9068 section 2.2
   * @see RFC 8414 section 2
   */
  readonly issuer: string;

  /**
   * Which tenants `{tenantid}` in {@link issuer} can be: their GUIDs in lower case, or `'any'`. A token must
   * have the tenant of its `iss` in `tid` too, and {@link Identity.issuer} is the tenant's own. An issuer that
   * is listed by itself wins over a template with `'any'`. A template has no {@link issuerAliases}. Absent:
   * {@link issuer} is no template.
   */
  readonly tenants?: readonly string[] | 'any';

  /**
   * Further exact `iss` values of the same authorization server, for one that has several names (proxy,
   * container network). They share keys and rules, and a metadata document must still name {@link issuer} (RFC
   * 8414 section 3.3); {@link Identity.issuer} is always {@link issuer}. Absent: there are none.
   */
  readonly issuerAliases?: readonly string[];

  /**
   * Who tokens must be meant for: one of these values must be in `aud`. Absent: the module's `audience`; when
   * neither is given the application does not start. `null` switches the check off on purpose; then
   * `clientIds`, `requiredClaims` or `requiredHeader` is mandatory, and claims that only tell kinds of token
   * apart (`typ`, `ver`, `token_use`) are not enough.
   *
   * @see RFC 9068 section 4
   */
  readonly audience?: string | readonly string[] | null;

  /**
   * Values of {@link audience} that look like a placeholder and are meant, exactly as written there:
   * `'https://yourdomain.com'`, which Feathers writes by default. One that is not in this issuer's own
   * `audience`, or holds no placeholder, is a fault. Absent: an audience that holds a placeholder (`YOUR_API`,
   * `{tenant}`, `<audience>`, `changeme`, `yourdomain`) stops the start.
   */
  readonly allowPlaceholderAudience?: string | readonly string[];

  /** Where the verification keys come from: exactly one form. Absent: discovery from {@link issuer}. */
  readonly keys?: IssuerKeysConfig;

  /**
   * Accepted `alg` values. `EdDSA` means the curves Ed25519 and Ed448; for one key it and the name of its curve
   * are one algorithm, whichever a token has. With `keys.secret` there is no default: name `HS256`, `HS384` or
   * `HS512`.
   *
   * @default every asymmetric one
   * @see RFC 7518 section 3.1
   * @see RFC 8037
   * @see RFC 9864
   */
  readonly algorithms?: readonly SignatureAlgorithm[];

  /**
   * Accepted `typ` header values, compared without regard to case and to an `application/` in front; `null`
   * means a token without `typ`. Types known to be something other than an access token (`logout+jwt`,
   * `dpop+jwt`, …) are always refused.
   *
   * @default `at+jwt`, `JWT`, `null`
   * @see RFC 7515 section 4.1.9
   */
  readonly tokenTypes?: readonly (string | null)[];

  /**
   * Members of a token's header that must have a certain value, or one of several, such as the `signer` of an
   * AWS load balancer. Others are refused with `claims_invalid` before a key is looked for. `alg`, `typ` and
   * others that have a meaning in the specifications have options of their own. Absent: the header has no
   * further conditions.
   *
   * @see RFC 7515 section 4.3
   */
  readonly requiredHeader?: Readonly<Record<string, string | readonly string[]>>;

  /**
   * Accepts tokens whose three segments are all padded with `=`, which RFC 7515 section 2 forbids and AWS load
   * balancers do. Only for listed issuers: `resolveIssuer` can't give it. `false`: such a token is
   * `token_malformed`.
   *
   * @default `false`
   */
  readonly allowPadding?: boolean;

  /** Accepted clients, compared with {@link Identity.clientId}. Absent: the client is not checked. */
  readonly clientIds?: readonly string[];

  /**
   * Claims that must have a certain value. A name is that of a claim itself, not a path as in {@link identity}.
   * For a deeper value write a predicate, like `realm_access: (claim) => (claim as { roles?: string[]
   * })?.roles?.includes('admin') === true`. Absent: no further claim is checked.
   */
  readonly requiredClaims?: Readonly<Record<string, RequiredClaim>>;

  /**
   * How far this machine's clock and the issuer's may differ, in seconds, for `exp`, `nbf`, `iat` and
   * {@link maxTokenAgeSeconds}. 0 to 300.
   *
   * @default 5
   * @see RFC 7519 section 4.1.4
   */
  readonly clockToleranceSeconds?: number;

  /**
   * Maximum age of a token in seconds, counted from `iat`, which it then must have. Above 0. Absent: age is
   * not checked.
   */
  readonly maxTokenAgeSeconds?: number;

  /**
   * Where subject, client, scopes, roles and tenant are in the claims. Absent: standard claims and common
   * provider forms.
   */
  readonly identity?: IdentityMappingConfig;

  /**
   * Which scopes and roles this issuer may grant. Others are left off the {@link Identity}, implied scopes
   * ({@link scopeImplies}) too. Absent: all of them count.
   */
  readonly mayGrant?: GrantLimitsConfig;

  /**
   * Whether this issuer's tokens may, or must, be bound to a certificate. Needs `mtls.certificate` of the
   * module. Absent: the module's `mtls.mode`.
   *
   * @see RFC 8705 section 3
   */
  readonly mtls?: MtlsMode;

  /**
   * Which scopes imply others in tokens of this issuer; replaces the module's `scopeImplies`. `{}`: none do.
   * {@link mayGrant} limits implied scopes as it limits those in the token. Absent: the module's.
   */
  readonly scopeImplies?: ScopeImplies;

  /**
   * Whether its tokens may, or must, be bound to a key of their client by DPoP. Absent: the `mode` in the
   * module's `dpop`.
   *
   * @see RFC 9449
   */
  readonly dpop?: DpopMode;

  /**
   * A short name for `@RequireIssuer()` and `@RequireRoles(…, { issuers })`. It means every issuer that
   * has it. Absent: {@link issuer} alone names it.
   */
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
   * It sends logout tokens, signed with its {@link keys}, to the endpoint of the module's `backChannelLogout`.
   * Absent: a logout token of this issuer is refused.
   *
   * @see OpenID Connect Back-Channel Logout 1.0
   */
  readonly backChannelLogout?: LogoutSenderConfig;
}
