import type { ScopeImplies } from './trusted-issuer-config.js';

/** What each scope implies by itself, as configured. */
export type ScopeImplications = ReadonlyMap<string, readonly string[]>;

/** Looked up by names out of tokens, so a map: an object has members that nobody wrote. */
export function scopeImplications(config: ScopeImplies): ScopeImplications {
  return new Map(Object.entries(config));
}

/** Scopes with all that they imply, also through others; each once, the implied ones behind. */
export function withImplied(scopes: readonly string[], implications: ScopeImplications): string[] {
  const all = new Set(scopes);
  // A set that grows while it is walked gives what was added as well, and each member once: circles end.
  for (const scope of all) for (const implied of implications.get(scope) ?? []) all.add(implied);
  return [...all];
}
