import type { OpenAPIObject } from '@nestjs/swagger';
import type { RouteAccess } from './route-access.js';

/** Security requirements of an operation: alternatives, each with scopes by the name of a scheme. */
export type SecurityRequirements = Record<string, string[]>[];

/**
 * What an operation demands; `undefined`: what the document demands of all. The guard demands its token
 * whatever else is demanded, so it goes into every alternative. With an optional token the same without
 * it are alternatives too.
 *
 * @param own what the operation demands beside the guard
 */
export function securityOf(
  access: RouteAccess,
  scheme: string,
  own: SecurityRequirements,
  document: OpenAPIObject,
): SecurityRequirements | undefined {
  const ofDocument = document.security ?? [];
  const others = own.length > 0 ? own : ofDocument.map((each) => without(each, scheme));
  if (access.mode === 'public') {
    if (own.length > 0) return own;
    // Said for all operations, the guard's scheme is taken back where the guard does not ask for it.
    const isMeant = ofDocument.some((each) => scheme in each);
    return isMeant ? others.filter((each) => Object.keys(each).length > 0) : undefined;
  }
  const alternatives = others.length === 0 ? [{}] : others;
  const scopes = canCarryScopes(document, scheme) ? access.scopes() : [[]];
  const withToken = alternatives.flatMap((each) =>
    scopes.map((list) => ({ ...each, [scheme]: [...list] })),
  );
  return access.mode === 'optional' ? [...alternatives, ...withToken] : withToken;
}

/** Before OpenAPI 3.1 only the schemes of OAuth have room for scopes (3.0.4 section 4.8.30). */
function canCarryScopes({ openapi, components }: OpenAPIObject, scheme: string): boolean {
  const declared = components?.securitySchemes?.[scheme];
  const type = declared !== undefined && 'type' in declared ? declared.type : 'http';
  return type === 'oauth2' || type === 'openIdConnect' || !openapi.startsWith('3.0.');
}

function without(requirement: Record<string, string[]>, scheme: string): Record<string, string[]> {
  return Object.fromEntries(Object.entries(requirement).filter(([name]) => name !== scheme));
}
