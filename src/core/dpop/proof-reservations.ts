import { hash } from 'node:crypto';
import { Refusal } from '../refusals/refusal.js';
import { withinTime } from '../util/clock.js';
import { isPromise, type MaybeAsync } from '../util/maybe-async.js';
import { isThrown } from '../util/safe-logger.js';
import { ReplayStoreFull } from './memory-replay-store.js';
import type { VerifiedProof } from './proof-verifier.js';
import type { ReplayStore } from './replay-store.js';

/** How long a store may take. Not an option: a client that waits longer has given up. */
const STORE_TIMEOUT_MS = 5_000;

/** The client's key is a hash already. 128 bits of another one name its proof, however long the `jti`. */
const HASH_CHARACTERS = 22;

/** Ensures that no proof is used twice (RFC 9449 section 11.1). */
export class ProofReservations {
  /** @param onFull told when a proof can't be remembered, because there is no room. */
  constructor(
    private readonly store: ReplayStore,
    private readonly onFull: (full: ReplayStoreFull) => void = () => {},
  ) {}

  /**
   * @param untilSeconds from when no server's clock accepts the proof.
   * @returns a refusal `dpop_proof_invalid` for a proof that was used before.
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when the store can't tell.
   */
  reserve(
    { thumbprint, jti }: VerifiedProof,
    untilSeconds: number,
  ): MaybeAsync<Refusal | undefined> {
    const name = hash('sha256', `${thumbprint}.${jti}`, 'base64url').slice(0, HASH_CHARACTERS);
    try {
      const answer: unknown = this.store.reserve(`${thumbprint}.${name}`, Math.ceil(untilSeconds));
      if (!isPromise(answer)) return refusalFor(answer);
      return withinTime(STORE_TIMEOUT_MS, answer).then(refusalFor, (cause: unknown) => {
        throw this.unavailable(cause);
      });
    } catch (cause) {
      throw this.unavailable(cause);
    }
  }

  private unavailable(cause: unknown): Refusal {
    if (cause instanceof Refusal) return cause;
    if (!isThrown(cause, ReplayStoreFull)) return unknown('the replay store failed', cause);
    this.onFull(cause);
    return new Refusal('keys_unavailable', 'replay', cause.message, { retryAfterSeconds: 1 });
  }
}

function refusalFor(isFirst: unknown): Refusal | undefined {
  if (isFirst === true) return undefined;
  if (isFirst === false)
    return new Refusal('dpop_proof_invalid', 'replay', 'the proof was used before');
  throw unknown('the replay store gave neither true nor false');
}

function unknown(reason: string, cause?: unknown): Refusal {
  return new Refusal('keys_unavailable', 'replay', reason, { cause });
}
