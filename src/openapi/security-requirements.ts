import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { RouteAccess } from './route-access.js';
import type { TokenScheme } from './security-schemes.js';

/** Security requirements of an operation: alternatives, each with scopes by the name of a scheme. */
export type SecurityRequirements = Record<string, string[]>[];

/**
 * What an operation demands; `undefined`: what the document demands of all. The guard demands its token
 * whatever else is demanded, so it goes into every alternative. With an optional token the same without
 * it are alternatives too.
 *
 * @param schemes the ways to show the token
 * @param own what the operation demands beside the guard
 */
export function securityOf(
  access: RouteAccess,
  schemes: readonly TokenScheme[],
  own: SecurityRequirements,
  document: OpenAPIObject,
): SecurityRequirements | undefined {
  const ofDocument = document.security ?? [];
  const named = new Set(schemes.flat());
  const others = own.length > 0 ? own : without(ofDocument, named);
  if (access.mode === 'public') {
    if (own.length > 0) return own;
    // Said for all operations, the guard's schemes are taken back where the guard does not ask for them.
    const isMeant = ofDocument.some((each) => Object.keys(each).some((name) => named.has(name)));
    return isMeant ? others.filter((each) => Object.keys(each).length > 0) : undefined;
  }
  const alternatives = others.length === 0 ? [{}] : others;
  const withToken = alternatives.flatMap((each) =>
    schemes.flatMap((scheme) =>
      tokenIn(scheme, access, document).map((token) => ({ ...each, ...token })),
    ),
  );
  return access.mode === 'optional' ? [...alternatives, ...withToken] : withToken;
}

/** One way to show the token, once for each list of scopes that will do. */
function tokenIn(
  [first, ...more]: TokenScheme,
  access: RouteAccess,
  document: OpenAPIObject,
): SecurityRequirements {
  const others = Object.fromEntries(more.map((name) => [name, []]));
  const lists = canCarryScopes(document, first) ? access.scopes() : [[]];
  return lists.map((list) => ({ [first]: [...list], ...others }));
}

/** Before OpenAPI 3.1 only the schemes of OAuth have room for scopes (3.0.4 section 4.8.30). */
function canCarryScopes({ openapi, components }: OpenAPIObject, scheme: string): boolean {
  const declared = components?.securitySchemes?.[scheme];
  const type = declared !== undefined && 'type' in declared ? declared.type : 'http';
  return type === 'oauth2' || type === 'openIdConnect' || !openapi.startsWith('3.0.');
}

/** What is demanded beside schemes; alternatives that differ in those alone are one. */
function without(
  requirements: SecurityRequirements,
  schemes: ReadonlySet<string>,
): SecurityRequirements {
  const others = requirements.map((each) =>
    Object.fromEntries(Object.entries(each).filter(([name]) => !schemes.has(name))),
  );
  return others.filter(
    (each, index) => others.findIndex((one) => isDeepStrictEqual(one, each)) === index,
  );
}
