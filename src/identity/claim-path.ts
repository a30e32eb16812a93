import type { Claims } from './identity.js';

/** A configured place of a value in the claims. */
export interface ClaimPath {
  readonly name: string;
  /** The name taken apart at its dots, where it has any; taken apart once, not for every token. */
  readonly steps: readonly string[] | undefined;
}

export function claimPath(name: string): ClaimPath {
  const steps = name.split('.');
  return { name, steps: steps.length > 1 ? steps : undefined };
}

/** A claim of that name, or else what the name leads to as a path of dots. */
export function claimAt(claims: Claims, { name, steps }: ClaimPath): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  if (steps === undefined) return undefined;
  let value: unknown = claims;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
