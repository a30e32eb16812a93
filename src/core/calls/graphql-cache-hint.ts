/** What Apollo Server's cache control puts on a field's `info`. */
interface CacheControlInfo {
  readonly cacheControl?: { setCacheHint?(hint: { readonly scope: 'PRIVATE' }): void };
}

/**
 * Tells Apollo's caches that what a field answers is for its caller alone: its response cache, the
 * `Cache-Control` it sends, and the router before a subgraph. A cached answer is sent without a guard being
 * asked. Strangers' answers count as well, since the cache does not know callers from strangers.
 */
export function keepPrivate(info: unknown): void {
  const { cacheControl } = Object(info) as CacheControlInfo;
  if (typeof cacheControl?.setCacheHint === 'function')
    cacheControl.setCacheHint({ scope: 'PRIVATE' });
}
