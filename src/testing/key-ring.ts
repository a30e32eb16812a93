import type { JsonWebKeySet } from '../config/issuer-keys-config.js';
import type { SigningAlgorithm } from './signing-algorithms.js';
import { generateSigningKey, type SigningKey } from './signing-key.js';

/** The keys of one issuer: the one that signs now, and those still published. */
export class KeyRing {
  #generated = 1;
  #current: SigningKey;
  #published: readonly SigningKey[];

  private constructor(first: SigningKey) {
    this.#current = first;
    this.#published = [first];
  }

  static async generate(algorithm: SigningAlgorithm): Promise<KeyRing> {
    return new KeyRing(await generateSigningKey(algorithm, 'key-1'));
  }

  /** A ring around a key there is already. */
  static around(key: SigningKey): KeyRing {
    return new KeyRing(key);
  }

  get current(): SigningKey {
    return this.#current;
  }

  /** The published keys, newest first. */
  get jwks(): JsonWebKeySet {
    return { keys: this.#published.flatMap(({ publicJwk }) => publicJwk ?? []) };
  }

  async rotate(keepOld: boolean): Promise<void> {
    this.#generated += 1;
    const next = await generateSigningKey(this.#current.algorithm, `key-${this.#generated}`);
    this.#current = next;
    this.#published = keepOld ? [next, ...this.#published] : [next];
  }

  removeOld(): void {
    this.#published = [this.#current];
  }
}
