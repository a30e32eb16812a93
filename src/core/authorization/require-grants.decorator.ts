import { type GrantRequirement, LISTED_TOKEN } from './requirement.js';
import { addRequirement, type RequirementDecorator } from './requirement.decorator.js';

/** Makes a decorator that demands named grants of the caller. */
export interface RequireGrants {
  /** All of the names must be granted. */
  (...names: readonly [string, ...string[]]): RequirementDecorator;
  /** At least one of the names must be granted. */
  any(...names: readonly [string, ...string[]]): RequirementDecorator;
}

/** Whose roles count. */
export interface RolesOfIssuers {
  /**
   * Issuers as configured (a template's for its tenants) or by their `name`; at least one. Only callers of
   * these get in.
   */
  readonly issuers: readonly [string, ...string[]];
}

/** Makes a decorator that demands roles of the caller. */
export interface RequireRoleGrants extends RequireGrants {
  /** All of the names must be granted, by one of these issuers. */
  (...names: readonly [string, ...string[], RolesOfIssuers]): RequirementDecorator;
  /** All of the names must be granted. */
  (...names: readonly [string, ...string[]]): RequirementDecorator;
  /** At least one of the names must be granted, by one of these issuers where they are given. */
  any(
    ...names: readonly [string, ...string[]] | readonly [string, ...string[], RolesOfIssuers]
  ): RequirementDecorator;
}

/**
 * Admits only callers whose token has these scopes: `@RequireScopes('notes:read', 'notes:write')` all of them,
 * `@RequireScopes.any(…)` at least one. On a controller, a handler or both; the demands of both must be met.
 * {@link JwtAuthGuard} enforces it, no second guard is needed.
 *
 * A caller without one of them is refused with 403 `insufficient_scope`, and the challenge lists the scopes
 * that the route asks for (RFC 6750 section 3.1). Without a token it is 401 `auth_required`, whose challenge
 * lists the same scopes, under `@OptionalAuth()` too. On a route that is `@Public()` or lacks its guard every
 * caller gets that 401, and the log an error. `@Public()` on a handler lifts what its controller demands.
 *
 * @example
 * ```ts
 * class NotesController {@RequireScopes('notes:write')@Post('notes')
 *   create(@CurrentIdentity() caller: Identity): string {
 *     return `Created by ${caller.subject}`;
 *   }
 * }
 * ```
 *
 * @throws TypeError where it is written, when no scope is named or one could not be in a token; and on a field,
 * an accessor or a static method
 */
export const RequireScopes: RequireGrants = requireGrants(
  'RequireScopes',
  'scopes',
  (name) => LISTED_TOKEN.test(name),
  'is not a scope: white space, quotes and backslashes are not allowed in a scope (RFC 6749 section 3.3). Name each scope by itself.',
);

/**
 * Admits only callers who have these roles: `@RequireRoles('editor')` all of them, `@RequireRoles.any(…)` at
 * least one. The issuer's `identity.roles` says where roles are in the claims. With `{ issuers }` as the last
 * argument only callers of these issuers are admitted, whichever other issuer states the role. Everything else
 * is as for {@link RequireScopes}, but the challenge does not name roles.
 *
 * @example
 * ```ts
 * class ReportsController {@RequireRoles.any('editor', 'admin')@Get('reports')
 *   list(): string[] {
 *     return ['2026'];
 *   }
 * }
 * ```
 *
 * @throws TypeError where it is written, when no role is named or one is empty; and on a field, an accessor or
 * a static method
 */
export const RequireRoles: RequireRoleGrants = requireGrants(
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
): RequireRoleGrants {
  const takesIssuers = kind === 'roles';
  const demand =
    (match: GrantRequirement['match']) =>
    (...given: readonly unknown[]): RequirementDecorator => {
      const called = `@${decorator}${match === 'any' ? '.any' : ''}()`;
      const { names, issuers } = takesIssuers ? issuersIn(given, called) : { names: given };
      if (names.length === 0) throw new TypeError(`${called} names none. Name at least one.`);
      for (const name of names)
        if (typeof name !== 'string' || !isName(name))
          throw new TypeError(`${called}: ${JSON.stringify(name) ?? typeof name} ${fault}`);
      return addRequirement(decorator, {
        ...{ kind, match, names: [...new Set(names as readonly string[])] },
        ...(issuers && { issuers }),
      });
    };
  return Object.assign(demand('all'), { any: demand('any') });
}

/** Takes the issuers off the end of a list of names. */
function issuersIn(
  given: readonly unknown[],
  called: string,
): { readonly names: readonly unknown[]; readonly issuers?: readonly string[] } {
  const last = given.at(-1);
  if (typeof last !== 'object' || last === null || Array.isArray(last)) return { names: given };
  const { issuers, ...others } = last as { readonly issuers?: unknown };
  const isList = Array.isArray(issuers) && issuers.length > 0 && issuers.every(isIssuer);
  if (!isList || Object.keys(others).length > 0)
    throw new TypeError(`${called}: write { issuers: ['https://…'] } with at least one issuer.`);
  return { names: given.slice(0, -1), issuers: issuers as readonly string[] };
}

function isIssuer(issuer: unknown): boolean {
  return typeof issuer === 'string' && issuer !== '';
}
