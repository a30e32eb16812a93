import { readFile } from 'node:fs/promises';
import { type Clock, type Deadline, elapsedMs, withDeadline } from '../util/clock.js';
import { KEY_LIMITS } from './key-limits.js';
import type { ResolvedHttpConfig } from '../../config/resolved-issuer.js';
import { utf8Text } from '../jose/utf8-text.js';
import { type DiscoveredAddress, discoverKeys } from './discovery.js';
import { unknownProxyRemedy } from './environment-proxy.js';
import { fetchJson, type GetJson } from './json-fetcher.js';
import { freshnessSeconds } from './key-lifetime.js';

/** A key set as it came. */
export interface LoadedKeySet {
  readonly document: unknown;
  /** How long it is fresh by its server's word; absent when that said nothing. */
  readonly freshSeconds: number | undefined;
}

/** Gets a key set, or rejects; always within the deadline. */
export type LoadKeySet = (need: {
  /** It is asked for out of turn: the place where it was found lately will do. */
  readonly isForUnknownKey: boolean;
}) => Promise<LoadedKeySet>;

/** Reads a file. That is cheap, so what changes in it is noticed within a minute. */
export function keySetInFile(path: string, { timeoutMs }: ResolvedHttpConfig): LoadKeySet {
  return () =>
    withDeadline(timeoutMs, async ({ signal }) => {
      const text = utf8Text(await readFile(path, { signal }));
      return { document: parsed(text, path), freshSeconds: KEY_LIMITS.minFreshSeconds };
    });
}

/** Fetches from an address of the configuration. */
export function keySetAt(url: string, http: ResolvedHttpConfig): LoadKeySet {
  return () =>
    sayingHow(
      () => remedyOf(http),
      withDeadline(http.timeoutMs, (deadline) =>
        fetchKeySet({ url, guard: undefined }, getterOf(http, deadline)),
      ),
    );
}

/** Fetches from the address that the issuer's metadata names. One deadline covers both. */
export function discoveredKeySet(
  issuer: string,
  documentUrl: string | undefined,
  http: ResolvedHttpConfig,
  clock: Clock,
): LoadKeySet {
  const terms = { issuer, documentUrl, allowInsecure: http.allowInsecure };
  let last: { readonly discovered: DiscoveredAddress; readonly at: number } | undefined;
  // An age of its own: fetches for unknown keys keep the set itself fresh, perhaps at a place it left.
  const isOld = (at: number): boolean =>
    elapsedMs(at, clock.now()) >= KEY_LIMITS.freshSeconds * 1_000;
  return ({ isForUnknownKey }) => {
    let remedy: string | undefined;
    const loading = withDeadline(http.timeoutMs, async (deadline) => {
      const get = getterOf(http, deadline);
      const known = isForUnknownKey && last && !isOld(last.at) ? last : undefined;
      // Forgotten until it has proved good: after a failure the metadata is read again.
      last = undefined;
      const place = known ?? { discovered: await discoverKeys(terms, get), at: clock.now() };
      ({ remedy } = place.discovered);
      const set = await fetchKeySet(place.discovered, get);
      last = place;
      return set;
    });
    return sayingHow(() => remedy ?? remedyOf(http), loading);
  };
}

/** A function of the application knows its proxy. */
function remedyOf(http: ResolvedHttpConfig): string | undefined {
  return http.fetch === undefined ? unknownProxyRemedy() : undefined;
}

/** @throws Error what was thrown, beneath what may help, where there is such. */
async function sayingHow<T>(remedy: () => string | undefined, loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    const message = remedy();
    if (message === undefined) throw cause;
    throw new Error(message, { cause });
  }
}

async function fetchKeySet({ url, guard }: DiscoveredAddress, get: GetJson): Promise<LoadedKeySet> {
  const { json, response } = await get(url, guard);
  return { document: json, freshSeconds: freshnessSeconds(response.headers) };
}

function getterOf(http: ResolvedHttpConfig, deadline: Deadline): GetJson {
  return (url, guard) => fetchJson(url, http, deadline, guard);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not a JSON file`);
  }
}
