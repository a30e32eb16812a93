import type { ResolvedHttpConfig } from '../../config/resolved-issuer.js';
import type { Deadline } from '../util/clock.js';
import type { PrivateAddressCheck } from './private-address-check.js';
import { type FetchedText, fetchText, shownAddress } from './text-fetcher.js';

/** One JSON document, and how it came. */
export interface FetchedJson extends Pick<FetchedText, 'response'> {
  readonly json: unknown;
}

/** Gets one JSON document, or rejects. */
export type GetJson = (url: string, guard?: PrivateAddressCheck) => Promise<FetchedJson>;

/**
 * One JSON document over HTTP; like {@link fetchText}.
 *
 * @throws Error in every other case; its message names the address without its query, never the body.
 */
export async function fetchJson(
  url: string,
  http: ResolvedHttpConfig,
  deadline: Deadline,
  guard?: PrivateAddressCheck,
): Promise<FetchedJson> {
  const { text, response } = await fetchText(url, http, deadline, guard);
  try {
    return { json: JSON.parse(text), response };
  } catch {
    throw new Error(`${shownAddress(url)} did not answer with JSON`);
  }
}
