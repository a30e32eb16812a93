import type { KeyObject } from 'node:crypto';
import { KEY_LIMITS } from './key-limits.js';
import { namesIssuer } from '../../config/tenant-template.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import type { KeySourceStatus } from './key-source-status.js';

/**
 * A key an issuer signs with, ready for use. The object is the key's identity: while a refresh returns the
 * same key with the same `kid` and use, the object stays the same.
 */
export interface VerificationKey {
  readonly key: KeyObject;
  /** The key's `kid` (RFC 7517 section 4.5), if it has one. */
  readonly keyId: string | undefined;
  /** Thumbprints of its certificate (RFC 7517 sections 4.8 and 4.9), if it names any. */
  readonly thumbprints?: readonly string[];
  /** The only issuer, or template, whose tokens it verifies, if the key names one (Microsoft Entra's do). */
  readonly issuer?: string | undefined;
  /** The `alg` values it may verify: what its type can do, narrowed by its own `alg` member. */
  readonly algorithms: readonly string[];
}

/** Which keys are wanted. All of it comes from a token that is not verified yet. */
export interface KeyRequest {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /**
   * Thumbprints of the certificate (`x5t` and `x5t#S256`, RFC 7515 sections 4.1.7 and 4.1.8): keys that name
   * it too are tried first.
   */
  readonly thumbprints?: readonly unknown[];
  /** The token's issuer: keys that name another issuer are not used. */
  readonly issuer?: string;
  /** The token's `exp` has passed. Such a token is not worth fetching a missing key for. */
  readonly expired: boolean;
}

/** What a key source has, to explain why none of its keys fits a token. Holds nothing from the token. */
export interface KeyOffer {
  /** The algorithms of the keys with the wanted `kid`. */
  readonly algorithmsOfNamed: readonly string[];
  /** Whether there is a key for the wanted algorithm. */
  readonly hasAlgorithm: boolean;
  /** The algorithms of the first keys; empty when there are no keys. */
  readonly algorithms: readonly string[];
}

export type KeyAnswer = MaybeAsync<readonly VerificationKey[]>;

/** The verification keys of one issuer. */
export interface KeySource {
  /**
   * All keys that may have made a signature, the likeliest first; none when the issuer has no such key.
   * Answers synchronously when it can, so that a known key costs no turn of the event loop.
   *
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when the keys can't be fetched.
   */
  find(request: KeyRequest): KeyAnswer;

  /**
   * More keys, after those that {@link find} gave did not verify the token. Fetches when the key that the
   * token names may be missing here. None when the token is certainly bad.
   *
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when that is unknown.
   */
  findMore(request: KeyRequest, tried: readonly VerificationKey[]): KeyAnswer;

  /** Which keys there are, after {@link find} gave none. Causes no fetch. */
  offer(request: KeyRequest): KeyOffer;

  /**
   * Every usable key, whatever its algorithm, from all places; fetched where there is none yet. For
   * inspection: a token is verified with those that {@link find} gives.
   *
   * @throws Refusal `keys_unavailable`, as a rejection, when the keys of any place can't be fetched.
   */
  all(): Promise<readonly VerificationKey[]>;

  /**
   * Whether {@link find} would still give a key that it gave before: it is in the set, unchanged, and
   * the set is not too old. For the memory of verified tokens. Call it on every use: that also keeps the
   * keys fresh while no other request does.
   *
   * @param nowMs the current time, which callers already have.
   */
  isCurrent(key: VerificationKey, nowMs: number): boolean;

  /** Whether finding a key may take a request to another machine. */
  readonly isRemote: boolean;

  /** Only for keys that are fetched. */
  readonly refresh?: KeyRefresh;

  /** The current status of the keys. Causes no fetch. */
  status(): KeySourceStatus;
}

/** What only keys that are fetched can do. */
export interface KeyRefresh {
  /** Fetches the keys now, in the background, unless they are there. */
  warmUp(): void;

  /** Fetches keys that are missing because the last fetch failed: in the background, once that is due. */
  retryFailed(): void;
}

/** What several sets offer together. */
export function unitedOffer(offers: readonly KeyOffer[]): KeyOffer {
  return {
    algorithmsOfNamed: offers.flatMap((offer) => offer.algorithmsOfNamed),
    hasAlgorithm: offers.some((offer) => offer.hasAlgorithm),
    algorithms: offers.flatMap((offer) => offer.algorithms),
  };
}

/** Whether a key names another issuer than the one it is wanted for. */
export function isOfAnother(
  { issuer: owner }: Pick<VerificationKey, 'issuer'>,
  { issuer }: KeyRequest,
): boolean {
  return owner !== undefined && issuer !== undefined && !namesIssuer(owner, issuer);
}

/** Sorts keys with the same `kid` first, and within both groups those of the same certificate. */
export function likeliestFirst(
  fitting: readonly VerificationKey[],
  { keyId, thumbprints = [] }: KeyRequest,
): readonly VerificationKey[] {
  const isOfCertificate = (key: VerificationKey): boolean =>
    key.thumbprints?.some((thumbprint) => thumbprints.includes(thumbprint)) ?? false;
  const likelihood = (key: VerificationKey): number =>
    (keyId !== undefined && key.keyId === keyId ? 2 : 0) + (isOfCertificate(key) ? 1 : 0);
  return fitting
    .map((key) => ({ key, rank: likelihood(key) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ key }) => key);
}

/**
 * What to log when there are more keys than are tried for one token without a `kid`, or more keys without
 * a `kid`: such a token may be answered with 503.
 */
export function beyondTries(
  keys: Iterable<Pick<VerificationKey, 'algorithms'>>,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { algorithms } of keys)
    for (const name of algorithms) counts.set(name, (counts.get(name) ?? 0) + 1);
  const crowded = [...counts].filter(([, count]) => count > KEY_LIMITS.keysPerToken);
  if (crowded.length === 0) return [];
  const names = crowded.map(([name]) => name).join(', ');
  return [
    `for a token without a kid, keys beyond the first ${KEY_LIMITS.keysPerToken} of ${names}`,
  ];
}
