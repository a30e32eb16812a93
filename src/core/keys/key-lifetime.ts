import { KEY_LIMITS } from './key-limits.js';

/** How long keys that were fetched just now may be used, in milliseconds from the fetch. */
export interface KeyLifetime {
  /** From then on they are fetched again in the background. */
  readonly refreshAfterMs: number;
  /** From then on they are old: they are used only because no newer ones can be fetched. */
  readonly freshMs: number;
  /** From then on they are not used. */
  readonly staleIfErrorMs: number;
}

/** How long keys are fresh and how long they are used; the freshness lifetime is first clamped to its bounds. */
export function keyLifetime(freshSeconds: number = KEY_LIMITS.freshSeconds): KeyLifetime {
  const { minFreshSeconds, maxFreshSeconds, staleIfErrorSeconds } = KEY_LIMITS;
  const soft = Math.min(Math.max(freshSeconds, minFreshSeconds), maxFreshSeconds);
  // Keys survive an outage for as long after a long freshness lifetime as after the default one.
  const hard = Math.max(staleIfErrorSeconds, soft + staleIfErrorSeconds - KEY_LIMITS.freshSeconds);
  return {
    refreshAfterMs: soft * 1_000 * KEY_LIMITS.refreshAheadAt,
    freshMs: soft * 1_000,
    staleIfErrorMs: hard * 1_000,
  };
}

/**
 * How much longer a response is fresh (RFC 9111 section 4.2): `max-age` minus `Age`, and zero when it
 * must not be stored. `undefined` when the server does not say.
 */
export function freshnessSeconds(headers: {
  get(name: string): string | null;
}): number | undefined {
  const directives = headers.get('cache-control')?.toLowerCase() ?? '';
  if (/(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])/.test(directives)) return 0;
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d+)/.exec(directives)?.[1];
  if (maxAge === undefined) return undefined;
  const age = /^\s*(\d+)\s*$/.exec(headers.get('age') ?? '')?.[1];
  // Numbers may have any length; the difference of two infinite ones would be NaN.
  return Math.max(0, Math.min(Number(maxAge), Number.MAX_SAFE_INTEGER) - Number(age ?? 0));
}
