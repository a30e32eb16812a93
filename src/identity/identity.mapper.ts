import type { IdentityMapping } from '../config/resolved-config.js';
import { Refusal } from '../refusals/refusal.js';
import { deepFreeze } from './deep-freeze.js';
import type { Claims, Identity } from './identity.js';

/** Claims whose audience, times and issuer were checked. */
export interface CheckedClaims {
  readonly exp: number;
  readonly [name: string]: unknown;
}

/**
 * Step 8: who is calling.
 *
 * @param issuer the trusted issuer's own name, whichever alias the token used.
 * @throws Refusal `claims_invalid` when there is no subject.
 */
export function mapIdentity(
  issuer: string,
  claims: CheckedClaims,
  mapping: IdentityMapping,
): Identity {
  const subject = firstString(claims, mapping.subject);
  if (subject === undefined)
    throw new Refusal(
      'claims_invalid',
      `a token of ${issuer} has no subject in ${mapping.subject.join(', ')} ` +
        '(Keycloak 25 and later: the client lacks the scope "basic")',
    );
  return deepFreeze<Identity>({
    issuer,
    subject,
    id: `${issuer}|${subject}`,
    clientId: firstString(claims, mapping.clientId),
    audience: strings([claims['aud']]),
    scopes: strings(mapping.scopes.map((name) => words(claimAt(claims, name)))),
    roles: strings(mapping.roles.map((name) => claimAt(claims, name))),
    tenant: firstString(claims, mapping.tenant),
    expiresAt: claims.exp,
    tokenId: firstString(claims, ['jti']),
    claims,
  });
}

/** The client a token was issued to, where its claims say. */
export function clientIdOf(claims: Claims, mapping: IdentityMapping): string | undefined {
  return firstString(claims, mapping.clientId);
}

function firstString(claims: Claims, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = claimAt(claims, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/**
 * A claim of that name, or else what the name leads to as a path of dots. A member's own name may hold
 * dots as well, like `kubernetes.io` or a client in Keycloak's `resource_access`.
 */
function claimAt(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const members = value as Record<string, unknown>;
  if (Object.hasOwn(members, name)) return members[name];
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const step = name.slice(0, dot);
    const found = Object.hasOwn(members, step)
      ? claimAt(members[step], name.slice(dot + 1))
      : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** RFC 8693 section 4.2: `scope` is one string with spaces. */
function words(value: unknown): unknown {
  return typeof value === 'string' ? value.split(' ') : value;
}

/** All non-empty strings in the values, once each. */
function strings(values: readonly unknown[]): readonly string[] {
  const found = values.flat().filter((value) => typeof value === 'string' && value !== '');
  return [...new Set(found as string[])];
}
