import { type GrantRequirement, LISTED_TOKEN } from './requirement.js';
import { addRequirement, type RequirementDecorator } from './requirement.decorator.js';

/** Makes a decorator that demands named grants of the caller. */
export interface RequireGrants {
  /** All of the names must be granted. */
  (...names: readonly [string, ...string[]]): RequirementDecorator;
  /** At least one of the names must be granted. */
  any(...names: readonly [string, ...string[]]): RequirementDecorator;
}

/**
 * Lets only callers in whose token has these scopes: `@RequireScopes('notes:read', 'notes:write')` all
 * of them, `@RequireScopes.any(…)` at least one. On a controller, a handler or both; whatever stands on
 * either must hold. {@link JwtAuthGuard} enforces it, no second guard is needed.
 *
 * A caller who lacks one is refused with 403 `insufficient_scope`, and the challenge lists the scopes
 * the route asks for (RFC 6750 section 3.1). Without a token it is 401 `auth_required`, under
 * `@OptionalAuth()` too. On a route that is `@Public()` or lacks its guard everybody gets that 401, and
 * the log an error. `@Public()` on a handler lifts what its controller demands.
 *
 * @throws TypeError where it is written, when no scope is named or one could not be in a token; and on a field,
 * an accessor or a static method
 */
export const RequireScopes: RequireGrants = requireGrants(
  'RequireScopes',
  'scopes',
  (name) => LISTED_TOKEN.test(name),
  'is not a scope: white space, quotes and backslashes have no place in one (RFC 6749 section 3.3). Name each scope by itself.',
);

/**
 * Lets only callers in who have these roles: `@RequireRoles('editor')` all of them,
 * `@RequireRoles.any(…)` at least one. Where roles stand in the claims is the issuer's `identity.roles`.
 * Everything else is as for {@link RequireScopes}, but roles are not named in the challenge.
 *
 * @throws TypeError where it is written, when no role is named or one is empty; and on a field, an accessor or
 * a static method
 */
export const RequireRoles: RequireGrants = requireGrants(
  'RequireRoles',
  'roles',
  (name) => name.trim() !== '',
  'is not a role. Give a string that is not empty.',
);

function requireGrants(
  decorator: string,
  kind: GrantRequirement['kind'],
  isName: (name: string) => boolean,
  fault: string,
): RequireGrants {
  const demand =
    (match: GrantRequirement['match']) =>
    (...names: readonly string[]): RequirementDecorator => {
      const called = `@${decorator}${match === 'any' ? '.any' : ''}()`;
      if (names.length === 0) throw new TypeError(`${called} names none. Name at least one.`);
      for (const name of names as readonly unknown[])
        if (typeof name !== 'string' || !isName(name))
          throw new TypeError(`${called}: ${JSON.stringify(name) ?? typeof name} ${fault}`);
      return addRequirement(decorator, { kind, match, names: [...new Set(names)] });
    };
  return Object.assign(demand('all'), { any: demand('any') });
}
