import type { Claims } from '../core/identity/identity.js';

/** Names that are the keys of the object at a claim's path, as roles are in ZITADEL's tokens. */
export interface KeysOf {
  /** A claim's name, or a path of dots. */
  readonly keysOf: string;
}

/**
 * Where the parts of an {@link Identity} are in the claims. Each entry is a claim name or several, tried in
 * order. A name with dots that is not itself a claim is a path (`realm_access.roles`).
 */
export interface IdentityMappingConfig {
  /**
   * Subject; the first non-empty string of well-formed Unicode counts. A safe integer counts as its decimal
   * text where this option names the claim. A function must be pure and answer at once: it may be called again
   * for the same token; one that throws is a 503. None found: the token is refused with `claims_invalid`.
   *
   * @default `sub`
   * @see RFC 9068 section 2.2
   */
  readonly subject?: string | readonly string[] | ((claims: Claims) => string | undefined);
  /**
   * Client; the first non-empty string of well-formed Unicode counts. None found: `undefined`.
   *
   * @default `client_id`, `azp`, `cid`, `appid`
   */
  readonly clientId?: string | readonly string[];
  /**
   * Scopes, collected from all these places. Strings are split at spaces (RFC 8693 section 4.2), those in lists
   * as well. A function must be as for {@link subject}. None found: empty.
   *
   * @default `scope`, `scp`, `permissions`
   */
  readonly scopes?: string | readonly string[] | ((claims: Claims) => string | readonly string[]);
  /**
   * Roles, collected from all these places. `{ keysOf: 'path' }` where they are the keys of an object there. A
   * function must be as for {@link subject}. None found: empty.
   *
   * @default `roles`, `groups`, `realm_access.roles`, `cognito:groups`
   */
  readonly roles?:
    string | KeysOf | readonly (string | KeysOf)[] | ((claims: Claims) => readonly string[]);
  /**
   * Tenant; the first non-empty string of well-formed Unicode counts. None found: `undefined`.
   *
   * @default `tid`, `tenant_id`, `org_id`
   */
  readonly tenant?: string | readonly string[];
}

/** Names that count: exact ones, or prefixes with `*` at the end. Or a function that says whether a name counts. */
export type GrantLimit = readonly string[] | ((name: string) => boolean);

/** What an issuer's tokens may carry; the rest is left off the identity. */
export interface GrantLimitsConfig {
  /** Scopes that count. Absent: all. */
  readonly scopes?: GrantLimit;
  /** Roles that count. Absent: all. */
  readonly roles?: GrantLimit;
}

/** Names of scopes, each with the scopes that it implies. */
export type ScopeImplies = Readonly<Record<string, readonly string[]>>;
