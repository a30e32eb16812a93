/**
 * Compares scopes that name a path, for the module's `scopeMatches`: `storage.read:/store` grants
 * `storage.read:/store/data` and not `storage.read:/storehouse`. A path that ends in a slash is a directory,
 * and grants what is below it. `storage.modify` grants `storage.create`, and `storage.stage` grants
 * `storage.poll`, as WLCG's profile says. Scopes without a path are compared exactly.
 *
 * Segments are compared after percent-decoding. A path with an empty segment, with `.` or `..`, or with an
 * encoded slash, backslash or NUL, grants nothing and is granted by nothing.
 *
 * Routes whose path is only known with the request ask it themselves:
 * `identity.scopes.some((scope) => pathScopes(scope, `storage.read:${path}`))`.
 *
 * - https://github.com/WLCG-AuthZ-WG/common-jwt-profile/blob/master/profile.md (2.2.1, capability based
 *   authorization)
 * - https://scitokens.org/technical_docs/Claims
 */
export function pathScopes(granted: string, demanded: string): boolean {
  const grant = pathScopeIn(granted);
  const demand = pathScopeIn(demanded);
  if (grant === undefined || demand === undefined)
    return granted === demanded && !isPathScope(granted);
  const isGranted =
    grant.operation === demand.operation ||
    INCLUDED[grant.operation]?.includes(demand.operation) === true;
  return isGranted && isWithin(demand, grant);
}

/** What an operation includes besides itself (WLCG common JWT profile, 2.2.1). */
const INCLUDED: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  'storage.modify': ['storage.create'],
  'storage.stage': ['storage.poll'],
};

interface PathScope {
  readonly operation: string;
  readonly segments: readonly string[];
  /** It was written with a slash at the end. */
  readonly isDirectory: boolean;
}

/** Not that of `https://…`: such scopes name no path. */
const SEPARATOR = /:\/(?!\/)/;

function isPathScope(scope: string): boolean {
  return SEPARATOR.test(scope);
}

/** `undefined` for a scope without a path, and for one whose path is not in its normal form. */
function pathScopeIn(scope: string): PathScope | undefined {
  const separator = scope.search(SEPARATOR);
  if (separator <= 0) return undefined;
  const path = scope.slice(separator + ':/'.length);
  const isDirectory = path === '' || path.endsWith('/');
  const written = path === '' ? [] : (isDirectory ? path.slice(0, -1) : path).split('/');
  const segments = written.map(decoded);
  if (segments.includes(undefined)) return undefined;
  const operation = scope.slice(0, separator);
  return { operation, segments: segments as string[], isDirectory };
}

/** `undefined` for what is no name of a file or directory. */
function decoded(segment: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(segment);
  } catch {
    return undefined;
  }
  const isName = name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
  return isName ? name : undefined;
}

function isWithin(demand: PathScope, grant: PathScope): boolean {
  if (grant.segments.some((segment, index) => segment !== demand.segments[index])) return false;
  // A directory is not the file of the same name.
  return demand.segments.length > grant.segments.length || !grant.isDirectory || demand.isDirectory;
}
