/** Names of scopes, each with the scopes that it implies. */
export type ScopeImplies = Readonly<Record<string, readonly string[]>>;

/** What each scope implies by itself, as configured. */
export type ScopeImplications = ReadonlyMap<string, readonly string[]>;

/** A map, because the names come from tokens: an object also has inherited members. */
export function scopeImplications(config: ScopeImplies): ScopeImplications {
  return new Map(Object.entries(config));
}

/** Scopes and all that they imply, directly or through others; each once, the implied ones last. */
export function withImplied(scopes: readonly string[], implications: ScopeImplications): string[] {
  const all = new Set(scopes);
  // Iterating a set also visits members added meanwhile, each once, so circles end.
  for (const scope of all) for (const implied of implications.get(scope) ?? []) all.add(implied);
  return [...all];
}
