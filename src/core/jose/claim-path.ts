/** A configured place of a value in the claims. */
export interface ClaimPath {
  readonly name: string;
  /** The names wanted are the keys of the object there. */
  readonly isKeysOf?: boolean;
  /** Where the name can be a path, cut at each of its dots; taken apart once, not for every token. */
  readonly cuts: readonly ClaimPathCut[];
}

interface ClaimPathCut {
  readonly head: string;
  readonly rest: ClaimPath;
}

/** Takes a name apart. */
export function claimPath(name: string): ClaimPath {
  const steps = name.split('.');
  // From the end, so that each rest is there when it is needed.
  return steps.reduceRight<readonly ClaimPath[]>((rests, _step, start) => {
    const cuts = rests.map((rest, index) => ({
      head: steps.slice(start, start + index + 1).join('.'),
      rest,
    }));
    return [{ name: steps.slice(start).join('.'), cuts }, ...rests];
  }, [])[0] as ClaimPath;
}

/**
 * A claim of that name, or else what the name leads to as a path of dots. A member's own name may hold
 * dots as well, like `kubernetes.io` or a client in Keycloak's `resource_access`.
 */
export function claimAt(claims: unknown, { name, cuts }: ClaimPath): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined;
  const members = claims as Readonly<Record<string, unknown>>;
  const member = ownMember(members, name);
  if (member !== undefined) return member;
  for (const { head, rest } of cuts) {
    const found = claimAt(ownMember(members, head), rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The look comes first: most names are not there, and asking whose a member is costs more. */
function ownMember(members: Readonly<Record<string, unknown>>, name: string): unknown {
  const member = members[name];
  return member !== undefined && Object.hasOwn(members, name) ? member : undefined;
}

/** The first string that is there; well-formed, because lone surrogates become one and the same as UTF-8. */
export function firstString(claims: unknown, paths: readonly ClaimPath[]): string | undefined {
  for (const path of paths) {
    const value = wellFormed(nonEmptyString(claimAt(claims, path)));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The first whole number that is there, as its decimal text. */
export function firstInteger(claims: unknown, paths: readonly ClaimPath[]): string | undefined {
  return paths
    .map((path) => claimAt(claims, path))
    .find(Number.isSafeInteger)
    ?.toString();
}

export function wellFormed(text: string | undefined): string | undefined {
  return text?.isWellFormed() ? text : undefined;
}

export function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
