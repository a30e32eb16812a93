import type { KeyOffer, KeyRequest } from '../keys/key-source.js';
import { expectedValues } from '../refusals/expected-values.js';

/** Whether it is the `kid` or the `alg` of a token for which an issuer has no key, and what it has. */
export function noKeyReason({ keyId }: KeyRequest, offer: KeyOffer): string {
  const algorithms = `the keys are for ${distinct(offer.algorithms)}`;
  if (offer.algorithms.length === 0) return 'the issuer has no keys';
  if (offer.algorithmsOfNamed.length > 0)
    return `the key with this "kid" is for ${distinct(offer.algorithmsOfNamed)}, not for the "alg" of the token`;
  if (offer.hasAlgorithm)
    return 'no key has this "kid"; there are others for the "alg" of the token';
  return keyId === undefined
    ? `no key is for the "alg" of the token; ${algorithms}`
    : `no key has this "kid", and none is for the "alg" of the token; ${algorithms}`;
}

function distinct(values: readonly string[]): string {
  return expectedValues(new Set(values));
}
