/**
 * How well this process knows what was revoked.
 *
 * - `'loading'`: the marks have not been loaded since the start.
 * - `'current'`: all marks are known, as of at most `maxStaleSeconds` ago.
 * - `'stale'`: nothing was heard from the store for longer.
 */
export type RevocationState = 'loading' | 'current' | 'stale';

/** What is known of the marks. */
export interface RevocationStatus {
  readonly state: RevocationState;
  /** Whether tokens are accepted by what is known: always while it is current, else with `whenStale: 'serve'`. */
  readonly served: boolean;
  /** How many marks are in memory; some that have ended may still be among them. */
  readonly marks: number;
  /** How much memory they take, outside of the heap. */
  readonly bytes: number;
  /** How old the knowledge is, in whole seconds; `undefined` while loading. */
  readonly ageSeconds: number | undefined;
}
