import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.js';
import type { ResolvedTrustedIssuer } from '../config/resolved-config.js';
import { discoverJwksUri } from './discovery.js';
import { fetchJson } from './json.fetcher.js';
import { readJwkSet } from './jwk-set.reader.js';
import { KeySetSource } from './key-set.source.js';
import type { KeySource } from './key-source.js';
import {
  publicVerificationKey,
  secretVerificationKey,
  StaticKeySource,
} from './static-key.source.js';

/** The key source an issuer's configuration asks for. Fetches nothing yet. */
export function createKeySource(trusted: ResolvedTrustedIssuer, clock: Clock): KeySource {
  const { issuer, http } = trusted;
  const keys = trusted.keys ?? { discovery: undefined };

  if ('jwks' in keys) return new StaticKeySource(readJwkSet(keys.jwks)?.keys ?? []);
  if ('secret' in keys) return new StaticKeySource([secretVerificationKey(keys.secret)]);
  if ('publicKey' in keys)
    return new StaticKeySource([keys.publicKey].flat().map(publicVerificationKey));

  if ('jwksFile' in keys)
    return new KeySetSource(
      issuer,
      async () => [JSON.parse(await readFile(keys.jwksFile, 'utf8')) as unknown],
      clock,
    );

  const loadFrom = async (urls: (get: (url: string) => Promise<unknown>) => Promise<string[]>) => {
    // One deadline for all that a refresh needs.
    const signal = AbortSignal.timeout(http.timeoutMs);
    const get = (url: string): Promise<unknown> => fetchJson(url, http, signal);
    return Promise.all((await urls(get)).map(get));
  };
  if ('jwksUri' in keys)
    return new KeySetSource(issuer, () => loadFrom(async () => [keys.jwksUri].flat()), clock);
  return new KeySetSource(
    issuer,
    () => loadFrom(async (get) => [await discoverJwksUri(issuer, keys.discovery, get)]),
    clock,
  );
}
