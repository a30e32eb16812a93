import type { HttpResponse } from '../../config/http-config.js';

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The address on the same origin that a response redirects to; `undefined` when it does not redirect, or
 * redirects to another origin: trust in an issuer does not extend to the servers it points to.
 */
export function redirectWithinOrigin(
  url: string,
  { status, headers }: HttpResponse,
): string | undefined {
  const location = STATUSES.has(status) ? headers.get('location') : null;
  if (location === null || !URL.canParse(location, url)) return undefined;
  const { origin, pathname, search } = new URL(location, url);
  return origin === new URL(url).origin ? origin + pathname + search : undefined;
}
