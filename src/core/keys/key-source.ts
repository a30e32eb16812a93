import type { KeyObject } from 'node:crypto';
import { KEY_LIMITS } from './key-limits.js';
import { namesIssuer } from '../../config/tenant-template.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import type { KeySourceStatus } from './key-source-status.js';

/**
 * A key an issuer signs with, ready for use. The object is the key's identity: as long as a refresh
 * brings the same key with the same `kid` and use, the object stays the same.
 */
export interface VerificationKey {
  readonly key: KeyObject;
  /** The key's `kid` (RFC 7517 section 4.5), where it has one. */
  readonly keyId: string | undefined;
  /** Of its certificate (RFC 7517 sections 4.8 and 4.9), where it names any. */
  readonly thumbprints?: readonly string[];
  /** The one issuer, or template of issuers, whose tokens it verifies, where the key says so itself (Microsoft Entra does). */
  readonly issuer?: string | undefined;
  /** The `alg` values it may verify: what its type can do, narrowed by its own `alg` member. */
  readonly algorithms: readonly string[];
}

/** Which keys are wanted. All of it comes from a token nobody has verified yet. */
export interface KeyRequest {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /** Of the certificate (`x5t` and `x5t#S256`, RFC 7515 sections 4.1.7 and 4.1.8): keys that name it too are tried first. */
  readonly thumbprints?: readonly unknown[];
  /** Whose it is: keys that say that they are another issuer's are no use. */
  readonly issuer?: string;
  /** The token's `exp` has passed. Such a token is not worth a fetch for a key that is not there. */
  readonly expired: boolean;
}

/** What a key source has, for who must say why none of its keys fits a token. Nothing in it is out of the token. */
export interface KeyOffer {
  /** What the keys of the wanted `kid` are for. */
  readonly algorithmsOfNamed: readonly string[];
  /** Whether there is a key for the wanted algorithm. */
  readonly hasAlgorithm: boolean;
  /** What the first keys are for; empty when there are no keys. */
  readonly algorithms: readonly string[];
}

export type KeyAnswer = MaybeAsync<readonly VerificationKey[]>;

/** The verification keys of one issuer. */
export interface KeySource {
  /**
   * All keys that may have made a signature, the likeliest first; none when the issuer has no such key. Answers at once where it can, so that a known key costs no turn of the event loop.
   *
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when the keys can't be had.
   */
  find(request: KeyRequest): KeyAnswer;

  /**
   * Keys beside those that {@link find} gave and that did not verify the token: from a fetch, where the
   * one that was named may not be here. None when there is no doubt that the token is bad.
   *
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when that can't be told.
   */
  findMore(request: KeyRequest, tried: readonly VerificationKey[]): KeyAnswer;

  /** What there is, after {@link find} gave none. Causes no fetch. */
  offer(request: KeyRequest): KeyOffer;

  /**
   * Every usable key, whatever its algorithm, from all places; fetched where none is here yet. For who
   * wants to know what there is; a token is verified with those that {@link find} gives.
   *
   * @throws Refusal `keys_unavailable`, as a rejection, when the keys of any place can't be had.
   */
  all(): Promise<readonly VerificationKey[]>;

  /**
   * Whether a key that {@link find} once gave would still be given: it is in the set, unchanged, and
   * the set is not too old. For what remembers verified tokens; to be asked on every use, which also
   * keeps the keys fresh while no other request does.
   *
   * @param nowMs what time it is, which whoever asks knows already.
   */
  isCurrent(key: VerificationKey, nowMs: number): boolean;

  /** Whether looking for a key may be a request to another machine. */
  readonly isRemote: boolean;

  /** Of keys that are fetched. */
  readonly refresh?: KeyRefresh;

  /** How the keys are now. Causes no fetch. */
  status(): KeySourceStatus;
}

/** What only keys that are fetched can do. */
export interface KeyRefresh {
  /** Fetches the keys now, in the background, unless they are there. */
  warmUp(): void;

  /** Fetches in the background what is not there because the last fetch failed, no sooner than is due. */
  retryFailed(): void;
}

/** Whether a key says that it is another issuer's than the one it is wanted for. */
export function isOfAnother(
  { issuer: owner }: Pick<VerificationKey, 'issuer'>,
  { issuer }: KeyRequest,
): boolean {
  return owner !== undefined && issuer !== undefined && !namesIssuer(owner, issuer);
}

/** Those that bear the very `kid` first, and of these and the rest those of the very certificate. */
export function likeliestFirst(
  fitting: readonly VerificationKey[],
  { keyId, thumbprints = [] }: KeyRequest,
): readonly VerificationKey[] {
  if (fitting.length <= 1) return fitting;
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
 * What to say in the log of keys that are more than are tried for one token without a `kid`, or that
 * have none themselves: such a token may be answered with 503.
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
