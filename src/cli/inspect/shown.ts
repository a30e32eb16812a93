/** A value of a token, which only an inspection may show. */
export function shown(value: unknown): string {
  return value === null || value === undefined ? 'absent' : JSON.stringify(value);
}

/** Several of them; `null` stands for a member that is absent. */
export function listed(values: Iterable<unknown>): string {
  return [...values].map((value) => (value === null ? 'none' : shown(value))).join(', ');
}
