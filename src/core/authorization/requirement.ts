/** Scopes or roles a caller must have. */
export interface GrantRequirement {
  readonly kind: 'scopes' | 'roles';
  readonly match: 'all' | 'any';
  readonly names: readonly string[];
  /** The issuers whose word counts, as configured or by their `name`; absent: every trusted one. */
  readonly issuers?: readonly string[];
}

/** Whose token the caller must have. */
export interface IssuerRequirement {
  readonly kind: 'issuer';
  /** As configured (a template's for its tenants) or by their `name`; one will do. */
  readonly issuers: readonly string[];
}

/** How, and how recently, the caller's user must have logged in. */
export interface AuthenticationRequirement {
  readonly kind: 'authentication';
  readonly acrValues: readonly string[] | undefined;
  readonly maxAgeSeconds: number | undefined;
}

/** What one decorator demands of a caller beyond a good token. */
export type Requirement = IssuerRequirement | GrantRequirement | AuthenticationRequirement;

/** Of demands, those of one kind. */
export function ofKind<Kind extends Requirement['kind']>(
  requirements: readonly Requirement[],
  ...kinds: readonly Kind[]
): Extract<Requirement, { readonly kind: Kind }>[] {
  return requirements.filter(
    (requirement): requirement is Extract<Requirement, { readonly kind: Kind }> =>
      (kinds as readonly string[]).includes(requirement.kind),
  );
}

/** Every demanded scope, including those that the caller has: the new token must have them all. */
export function demandedScope(requirements: readonly Requirement[]): string | undefined {
  const names = ofKind(requirements, 'scopes', 'roles').flatMap((one) =>
    one.kind === 'scopes' ? one.names : [],
  );
  return names.length === 0 ? undefined : [...new Set(names)].join(' ');
}

/** What a challenge lists with spaces between, in quotes: scopes (RFC 6749 section 3.3) and `acr` values (RFC 9470 section 3). */
export const LISTED_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Metadata of a handler or controller: a list of {@link Requirement}, all of which must hold. */
export const REQUIREMENTS_KEY = 'nestjs-trusted-issuers:requirements';
