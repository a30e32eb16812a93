import { REFUSALS } from '../core/refusals/refusal-table.js';
import { parseChallenge } from './parse-challenge.js';

/** What is read of a response: a fetch `Response` is one, and so is `{ status, headers }`. */
export interface RefusedResponse {
  readonly status: number;
  readonly headers:
    | { get(name: string): string | null }
    | Readonly<Record<string, string | readonly string[] | number | undefined>>;
  /** A fetch `Response` has it: the body is read from a copy, so that the caller can still read it. */
  clone?(): { json(): Promise<unknown> };
}

const EXPIRED = REFUSALS.token_expired;

/**
 * Whether a new access token will help: `true` for a 401 that says `token_expired`, in its challenge
 * or in its body, and for nothing else. After any other 401 a new token of the same kind is refused
 * as well, and a 503 wants the same token again, later.
 *
 * Reads a copy of the body, and only where the challenge does not tell; browsers hide the challenge of
 * another origin that does not expose it. Never rejects: an unreadable or missing response (axios has
 * none after a network error) gives `false`.
 */
export async function shouldRefresh(response: RefusedResponse): Promise<boolean> {
  try {
    if (response.status !== EXPIRED.status) return false;
    return saysExpired(headerOf(response, 'www-authenticate')) || (await bodySaysExpired(response));
  } catch {
    return false;
  }
}

function saysExpired(header: string | undefined): boolean {
  return parseChallenge(header).some(
    ({ scheme, parameters }) =>
      scheme.toLowerCase() === 'bearer' &&
      parameters['error'] === EXPIRED.challengeError &&
      parameters['error_description'] === EXPIRED.message,
  );
}

async function bodySaysExpired(response: RefusedResponse): Promise<boolean> {
  if (!/[/+]json\b/i.test(headerOf(response, 'content-type') ?? '')) return false;
  const body = (await response.clone?.().json()) as { code?: unknown } | null | undefined;
  return body?.code === 'token_expired';
}

function headerOf({ headers }: RefusedResponse, name: string): string | undefined {
  if (hasGetter(headers)) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return Array.isArray(found) ? found.join(', ') : found?.toString();
}

function hasGetter(
  headers: RefusedResponse['headers'],
): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function';
}
