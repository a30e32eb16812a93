import { runtimeSupports } from '../../core/jose/key-algorithms.js';
import { finding, type Finding } from '../configuration-rule.js';
import { ASYMMETRIC_ALGORITHMS, HMAC_SECRET_BYTES } from '../defaults.js';
import { nearestName } from '../nearest-name.js';
import { shownValue } from '../shown-value.js';
import { listFindings } from './list.rules.js';
import { stringFault } from './text.rules.js';

const SYMMETRIC = Object.keys(HMAC_SECRET_BYTES);
const KNOWN = [...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC];
const EITHER_SYMMETRIC = 'HS256, HS384 or HS512';

const REMEDIES = {
  noList: 'List "alg" values, like ["RS256"].',
  empty: 'No token could be accepted: name an algorithm, or leave the option out.',
};

/** What the accepted algorithms depend on. */
export interface AlgorithmPolicy {
  /** Whether the issuer's key is `keys.secret`. */
  readonly hasSecret: boolean;
  /** What the public keys in the configuration can verify; `undefined` when none stand there. */
  readonly staticAlgorithms: ReadonlySet<string> | undefined;
}

/** Judges accepted `alg` values. */
export function* algorithmFindings(value: unknown, policy: AlgorithmPolicy): Iterable<Finding> {
  if (value !== undefined) {
    const faults = [...listFindings(value, REMEDIES, (name) => algorithmFault(name, policy))];
    yield* faults.length > 0 ? faults : uselessKeysFindings(value, policy);
  } else if (policy.hasSecret) {
    yield finding(
      `missing. With keys.secret, name the algorithm its issuer signs with: ${EITHER_SYMMETRIC}.`,
    );
  }
}

function algorithmFault(name: unknown, policy: AlgorithmPolicy): string | undefined {
  const fault = stringFault(name);
  if (fault !== undefined || typeof name !== 'string') return fault;
  const shown = shownValue(name);
  if (name.toLowerCase() === 'none') {
    return `${shown} means unsigned, and an unsigned token proves nothing. Remove it.`;
  }
  if (!KNOWN.includes(name)) {
    const meant = nearestName(name, KNOWN);
    const remedy = meant === undefined ? `Known: ${KNOWN.join(', ')}.` : `Did you mean ${meant}?`;
    return `${shown} is not a known algorithm. ${remedy}`;
  }
  if (SYMMETRIC.includes(name)) {
    if (policy.hasSecret) return undefined;
    return `${shown} needs a shared secret. Give keys.secret, or name an asymmetric algorithm.`;
  }
  if (policy.hasSecret) {
    return `${shown} cannot be verified with keys.secret. Name ${EITHER_SYMMETRIC}, or give public keys.`;
  }
  if (!runtimeSupports(name)) {
    return `${shown} is beyond this Node.js (${process.version}). Run a later one, or remove it.`;
  }
  return undefined;
}

/** An algorithm that has no key yet does no harm; where none has one, no token could be accepted. */
function* uselessKeysFindings(
  value: unknown,
  { staticAlgorithms }: AlgorithmPolicy,
): Iterable<Finding> {
  if (staticAlgorithms === undefined || !Array.isArray(value) || value.length === 0) return;
  if (value.some((name) => staticAlgorithms.has(name))) return;
  const verifiable = [...staticAlgorithms].join(', ');
  yield finding(
    `the given keys can verify none of these, only ${verifiable}. Name one of those, or give other keys.`,
  );
}
