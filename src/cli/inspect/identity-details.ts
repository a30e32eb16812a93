import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { identityOf, type ValidatedToken } from '../../core/identity/identity-mapper.js';
import type { Claims, Identity } from '../../core/identity/identity.js';
import { listed, shown } from './shown.js';

/** What `aud` is held against, and what it is. */
export function audienceDetails(
  { aud }: Claims,
  { audience }: Pick<IssuerPolicy, 'audience'>,
): string {
  const accepted = audience === null ? 'any (audience: null)' : listed(audience);
  return `"aud" is ${shown(aud)}; accepted: ${accepted}`;
}

/**
 * Scopes and roles of a caller, where they were looked for, which are implied, and which do not count.
 *
 * @param token from which the identity was made.
 */
export function grantDetails(identity: Identity, token: ValidatedToken): readonly string[] {
  const { policy } = token.trusted;
  const unlimited = { ...policy, mayGrant: undefined };
  const claimed = identityOf({ ...token, trusted: { policy: unlimited } });
  const literal = { ...unlimited, scopeImplies: undefined };
  const stated = identityOf({ ...token, trusted: { policy: literal } });
  return (['scopes', 'roles'] as const).map((kind) => {
    const { read, paths } = policy.identity[kind];
    const from = read ? `the function identity.${kind}` : paths.map(({ name }) => name).join(', ');
    const implied = identity[kind].filter((name) => !stated[kind].includes(name));
    const leftOut = claimed[kind].filter((name) => !identity[kind].includes(name));
    const additions = implied.length > 0 ? `; implied by scopeImplies: ${listed(implied)}` : '';
    const limits = leftOut.length > 0 ? `; left out by mayGrant: ${listed(leftOut)}` : '';
    return `${kind}: ${listed(identity[kind]) || 'none'}, looked for in ${from}${additions}${limits}`;
  });
}
