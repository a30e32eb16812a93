import { createHmac } from 'node:crypto';
import type { Clock } from '../util/clock.js';

/** 128 bits, which can't be guessed. */
const CHARACTERS = 22;

/** A nonce that this API issued. */
export interface ProofNonce {
  /** Until when a proof with it is accepted, in seconds since the epoch. */
  readonly untilSeconds: number;
  /** Whether there is a newer one. */
  readonly isLate: boolean;
}

/**
 * Nonces for proofs (RFC 9449 section 9), the same for all processes that share a secret, and kept nowhere: a
 * MAC of the number of the time step. The present step and the one before count.
 */
export class ProofNonces {
  /** By the number of their step. */
  private readonly known = new Map<number, string>();

  constructor(
    private readonly secret: Uint8Array | string,
    private readonly ttlSeconds: number,
    private readonly clock: Clock,
  ) {}

  /** The one that clients should use from now on. */
  current(): string {
    return this.nonceOf(this.step());
  }

  /** What is known of a nonce; `undefined` when it is not one of ours, or no longer accepted. */
  find(nonce: string): ProofNonce | undefined {
    const step = this.step();
    const age = [0, 1].find((steps) => this.nonceOf(step - steps) === nonce);
    if (age === undefined) return undefined;
    return { untilSeconds: (step - age + 2) * this.ttlSeconds, isLate: age > 0 };
  }

  private step(): number {
    return Math.floor(this.clock.now() / 1_000 / this.ttlSeconds);
  }

  private nonceOf(step: number): string {
    const known = this.known.get(step);
    if (known !== undefined) return known;
    // Three: another clock than the machine's may go back and forth.
    if (this.known.size > 2) this.known.clear();
    const mac = createHmac('sha256', this.secret).update(`dpop-nonce ${step}`).digest('base64url');
    const nonce = mac.slice(0, CHARACTERS);
    this.known.set(step, nonce);
    return nonce;
  }
}
