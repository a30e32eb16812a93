import type { Clock } from '../clock.js';
import type { ResolvedTrustedIssuer } from '../config/resolved-config.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { FetchedKeySource } from './fetched-key.source.js';
import { readJwkSet } from './jwk-set.reader.js';
import { KeyReporter } from './key.reporter.js';
import { discoveredKeySet, keySetAt, keySetInFile, type LoadKeySet } from './key-set.loader.js';
import { beyondTries, type KeySource, type VerificationKey } from './key-source.js';
import { RefreshedKeySet } from './refreshed-key-set.js';
import {
  publicVerificationKey,
  secretVerificationKey,
  StaticKeySource,
} from './static-key.source.js';

/** What a key source needs beside the issuer's configuration. */
export interface KeySourceSurroundings {
  readonly clock: Clock;
  readonly events: AuthEvents;
}

/** The key source an issuer's configuration asks for. Fetches nothing yet. */
export function createKeySource(
  trusted: ResolvedTrustedIssuer,
  { clock, events }: KeySourceSurroundings,
): KeySource {
  const { issuer, http } = trusted;
  const keys = trusted.keys ?? { discovery: undefined };

  const still = (fixed: readonly VerificationKey[], skipped: readonly string[]): KeySource => {
    new KeyReporter(issuer, events).skipped(skipped);
    return new StaticKeySource(fixed);
  };
  if ('jwks' in keys) {
    const reading = readJwkSet(keys.jwks);
    return still(reading?.keys ?? [], reading?.skipped ?? []);
  }
  if ('secret' in keys) return still([secretVerificationKey(keys.secret)], []);
  if ('publicKey' in keys) {
    const given = [keys.publicKey].flat().map(publicVerificationKey);
    return still(given, beyondTries(given));
  }

  const fetched = (...loads: LoadKeySet[]): KeySource => {
    const sets = loads.map(
      (load) => new RefreshedKeySet(load, clock, new KeyReporter(issuer, events)),
    );
    return new FetchedKeySource(sets, new KeyReporter(issuer, events));
  };
  if ('jwksFile' in keys) return fetched(keySetInFile(keys.jwksFile, http));
  if ('jwksUri' in keys) return fetched(...[keys.jwksUri].flat().map((url) => keySetAt(url, http)));
  return fetched(discoveredKeySet(issuer, keys.discovery, http, clock));
}
