import { REFUSALS } from '../core/refusals/refusal-table.js';
import { parseChallenge } from './parse-challenge.js';

/**
 * What is read of a response. A fetch `Response` is one, and so are those of axios, got, undici, ofetch,
 * superagent, Angular's `HttpErrorResponse` and Node's `IncomingMessage`.
 */
export interface RefusedResponse {
  /** The status; absent: {@link RefusedResponse.statusCode}. */
  readonly status?: number | undefined;
  /** The status, as got, undici and Node call it. */
  readonly statusCode?: number | undefined;
  /** `Headers`, or an object with a member for each header, a list where it came more than once; case does not matter. */
  readonly headers: object;
  /** The body as axios keeps it: parsed, or its text. */
  readonly data?: unknown;
  /** The same for got and superagent. A stream is left unread. */
  readonly body?: unknown;
  /** The same for ofetch. */
  readonly _data?: unknown;
  /** The same for Angular. */
  readonly error?: unknown;
  /** A fetch `Response` has it: the body is read from a copy, so that the caller can still read it. */
  clone?(): { json(): Promise<unknown> };
}

/** The codes after which a new token of the same kind is worth a try. */
const RENEWABLE = ['token_expired', 'token_inactive'] as const;
const { status: UNAUTHORIZED } = REFUSALS.token_expired;
/** Under which tokens come (RFC 6750, RFC 9449). */
const SCHEMES = new Set(['bearer', 'dpop']);

/**
 * Whether a new access token will help, once: `true` for a 401 that says `token_expired` or, of a token that
 * its issuer was asked about, `token_inactive`, in its challenge or in its body, and for nothing else. After
 * any other 401 a token that was only refreshed does not help, and after a 503 the same token can be sent
 * again, later. `dpop_nonce_required` and `dpop_proof_invalid` are `false`, too: the token is good, and a new
 * proof is needed.
 *
 * Looks at the body where the challenge does not tell (browsers hide the challenge of another origin that
 * does not expose it): at what the client has parsed, or at a copy of it. Never rejects: an unreadable or
 * missing response (axios has none after a network error) gives `false`.
 *
 * @example
 * ```ts
 * async function withFreshToken(send: () => Promise<Response>): Promise<Response> {
 *   const response = await send();
 *   return (await shouldRefresh(response)) ? send() : response;
 * }
 * ```
 */
export async function shouldRefresh(response: RefusedResponse | undefined): Promise<boolean> {
  try {
    if (!response || (response.status ?? response.statusCode) !== UNAUTHORIZED) return false;
    return (
      saysRenewable(headerOf(response, 'www-authenticate')) || (await bodySaysRenewable(response))
    );
  } catch {
    return false;
  }
}

function saysRenewable(header: string | undefined): boolean {
  return parseChallenge(header).some(
    ({ scheme, parameters }) =>
      SCHEMES.has(scheme.toLowerCase()) &&
      RENEWABLE.some(
        (code) =>
          parameters['error'] === REFUSALS[code].challengeError &&
          parameters['error_description'] === REFUSALS[code].message,
      ),
  );
}

async function bodySaysRenewable(response: RefusedResponse): Promise<boolean> {
  const isJson = /[/+]json\b/i.test(headerOf(response, 'content-type') ?? '');
  const { data, body, _data, error } = response;
  if ([data, body, _data, error].some((read) => isRenewableBody(isJson ? parsed(read) : read)))
    return true;
  return isJson && isRenewableBody(await response.clone?.().json());
}

/** A client that was not asked to parse has the text. */
function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isRenewableBody(body: unknown): boolean {
  const code = (body as { code?: unknown } | null | undefined)?.code;
  return RENEWABLE.some((renewable) => renewable === code);
}

function headerOf({ headers }: RefusedResponse, name: string): string | undefined {
  const value = hasGetter(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : undefined;
}

function hasGetter(headers: object): headers is { get(name: string): unknown } {
  return typeof (headers as { get?: unknown }).get === 'function';
}
