import { EDDSA_ALGORITHMS } from './algorithm-names.js';

/** The name for both curves (RFC 8037), and one name for each curve (RFC 9864 section 2.2). */
const [BOTH = '', ...CURVES] = EDDSA_ALGORITHMS;

/**
 * The `alg` values that tokens may have where these are accepted: for one key `EdDSA` and the name of its
 * curve are one algorithm. A curve that is not named stays out ({@link algorithmOfKey}).
 */
export function acceptedAlgorithms(names: readonly string[]): ReadonlySet<string> {
  const accepted = new Set(names);
  if (accepted.has(BOTH)) for (const curve of CURVES) accepted.add(curve);
  if (CURVES.some((curve) => accepted.has(curve))) accepted.add(BOTH);
  return accepted;
}

/**
 * What the key of a token must be able to verify: where one curve alone is accepted, a token that says
 * `EdDSA` means that one.
 *
 * @param accepted as {@link acceptedAlgorithms} gives them.
 */
export function algorithmOfKey(algorithm: string, accepted: ReadonlySet<string>): string {
  if (algorithm !== BOTH) return algorithm;
  const [curve = BOTH, another] = CURVES.filter((name) => accepted.has(name));
  return another === undefined ? curve : BOTH;
}
