/** A value of a token. Only an inspection may show it. */
export function shown(value: unknown): string {
  return value === null || value === undefined ? 'absent' : JSON.stringify(value);
}

/** Several values; `null` means that the member is absent. */
export function listed(values: Iterable<unknown>): string {
  return [...values].map((value) => (value === null ? 'none' : shown(value))).join(', ');
}
