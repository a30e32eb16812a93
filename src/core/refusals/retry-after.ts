/** Where nobody knows better. */
const DEFAULT_SECONDS = 5;

/** Whole seconds for `Retry-After` (RFC 9110 section 10.2.3), whatever callers without types give. */
export function retryAfter(seconds: number = DEFAULT_SECONDS): number {
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : DEFAULT_SECONDS;
}
