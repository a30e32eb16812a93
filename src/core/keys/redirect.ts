import type { HttpResponse } from '../../config/http-config.js';

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Where on the same origin a response says that the document stands; `undefined` when it says nothing
 * of the kind, or names another origin: who trusts an issuer has not trusted whomever it points at.
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
