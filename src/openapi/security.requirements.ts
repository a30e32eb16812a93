import type { AccessMode } from '../access-mode.js';

/** Security requirements of an operation: alternatives, each with scopes by the name of a scheme. */
export type SecurityRequirements = Record<string, string[]>[];

/**
 * What an operation demands; `undefined`: what the document demands of all. The guard demands its token
 * whatever else is demanded, so it goes into every alternative. With an optional token the same without
 * it are alternatives too.
 *
 * @param own what the operation demands beside the guard
 * @param ofDocument what the document demands of operations that demand nothing of their own
 */
export function securityOf(
  access: AccessMode,
  scheme: string,
  own: SecurityRequirements,
  ofDocument: SecurityRequirements = [],
): SecurityRequirements | undefined {
  const others = own.length > 0 ? own : ofDocument.map((each) => without(each, scheme));
  if (access === 'public') {
    if (own.length > 0) return own;
    // Said for all operations, the guard's scheme is taken back where the guard does not ask for it.
    const isMeant = ofDocument.some((each) => scheme in each);
    return isMeant ? others.filter((each) => Object.keys(each).length > 0) : undefined;
  }
  const alternatives = others.length === 0 ? [{}] : others;
  const withToken = alternatives.map((each) => ({ [scheme]: [], ...each }));
  return access === 'optional' ? [...alternatives, ...withToken] : withToken;
}

function without(requirement: Record<string, string[]>, scheme: string): Record<string, string[]> {
  return Object.fromEntries(Object.entries(requirement).filter(([name]) => name !== scheme));
}
