import type { IssuerPolicy } from '../../config/resolved-config.js';
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
 * Scopes and roles of a caller, where they were looked for, and which of them do not count.
 *
 * @param stated the same caller without the limits of `mayGrant`.
 */
export function grantDetails(
  identity: Identity,
  stated: Identity,
  { identity: places }: Pick<IssuerPolicy, 'identity'>,
): readonly string[] {
  return (['scopes', 'roles'] as const).map((kind) => {
    const { read, paths } = places[kind];
    const from = read ? `the function identity.${kind}` : paths.map(({ name }) => name).join(', ');
    const leftOut = stated[kind].filter((name) => !identity[kind].includes(name));
    const limits = leftOut.length > 0 ? `; left out by mayGrant: ${listed(leftOut)}` : '';
    return `${kind}: ${listed(identity[kind]) || 'none'}, looked for in ${from}${limits}`;
  });
}
