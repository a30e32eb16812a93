/** Longer names are not typing mistakes, and comparing them would cost time. */
const MAX_LENGTH = 64;

/** The candidate that a mistyped name most likely means; `undefined` when none is close. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const typed = plain(name);
  // A missing unit (`clockTolerance`) or a short form (`aud`) takes many edits but is easy to recognize.
  const begun = candidates.find(
    (candidate) => typed.length >= 3 && plain(candidate).startsWith(typed),
  );
  const [nearest] = candidates
    // Each character too many is an edit; comparing the rest would cost time, with globalThis as configuration a lot.
    .filter(
      (candidate) => Math.abs(typed.length - plain(candidate).length) <= toleratedEdits(candidate),
    )
    .map((candidate) => ({ candidate, distance: editDistance(typed, plain(candidate)) }))
    .filter(({ candidate, distance }) => distance <= toleratedEdits(candidate))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.distance === 0 ? nearest.candidate : (begun ?? nearest?.candidate);
}

/** A third of a name may be wrong; with more, the hint would be a guess. */
function toleratedEdits(candidate: string): number {
  return Math.min(3, Math.floor(candidate.length / 3));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1]
          ? at(beforeLast, column - 2) + 1
          : Infinity;
      current.push(Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
