import type { Clock } from '../util/clock.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { FetchedKeySource } from './fetched-key-source.js';
import { readJwkSet } from './read-jwk-set.js';
import { KeyByIdSource } from './key-by-id-source.js';
import { KeyReporter } from './key-reporter.js';
import { discoveredKeySet, keySetAt, keySetInFile, type LoadKeySet } from './key-set-loader.js';
import { KeySet } from './key-set.js';
import { beyondTries, type KeySource } from './key-source.js';
import { PassedOver } from './passed-over.js';
import { publicKeyAt } from './public-key-loader.js';
import { RefreshedKeySet } from './refreshed-key-set.js';
import {
  publicVerificationKey,
  secretVerificationKey,
  StaticKeySource,
} from './static-key-source.js';

/** What a key source needs beside the issuer's configuration. */
export interface KeySourceSurroundings {
  readonly clock: Clock;
  readonly events: AuthEvents;
}

/** The key source an issuer's configuration asks for. Fetches nothing yet. */
export function createKeySource(
  trusted: IssuerPolicy,
  { clock, events }: KeySourceSurroundings,
): KeySource {
  const { issuer, http } = trusted;
  const keys = trusted.keys ?? { discovery: undefined };

  if ('jwks' in keys) {
    const report = new KeyReporter(issuer, events);
    const reading = readJwkSet(keys.jwks, { tell: report.provedUseless });
    if (reading) report.passedOver(reading.passedOver);
    return new StaticKeySource(reading?.keys ?? new KeySet());
  }
  if ('secret' in keys) return new StaticKeySource(KeySet.of([secretVerificationKey(keys.secret)]));
  if ('publicKey' in keys) {
    const given = [keys.publicKey].flat().map(publicVerificationKey);
    const passedOver = new PassedOver();
    for (const reason of beyondTries(given)) passedOver.add(undefined, reason);
    new KeyReporter(issuer, events).passedOver(passedOver);
    return new StaticKeySource(KeySet.of(given));
  }

  const fetched = (isRemote: boolean, ...loads: LoadKeySet[]): KeySource => {
    const sets = loads.map(
      (load) => new RefreshedKeySet(load, clock, new KeyReporter(issuer, events)),
    );
    return new FetchedKeySource(sets, isRemote, new KeyReporter(issuer, events));
  };
  if ('publicKeyUri' in keys) {
    const { publicKeyUri } = keys;
    return new KeyByIdSource(
      (keyId) => publicKeyAt(publicKeyUri, keyId, http),
      clock,
      new KeyReporter(issuer, events),
    );
  }
  if ('jwksFile' in keys) return fetched(false, keySetInFile(keys.jwksFile, http));
  if ('jwksUri' in keys)
    return fetched(true, ...[keys.jwksUri].flat().map((url) => keySetAt(url, http)));
  return fetched(true, discoveredKeySet(issuer, keys.discovery, http, clock));
}
