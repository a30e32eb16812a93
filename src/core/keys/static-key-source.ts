import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto';
import type { PublicKeyInput } from '../../config/issuer-keys-config.js';
import { algorithmsOf } from '../jose/key-algorithms.js';
import { type KeySet, untried } from './key-set.js';
import type { KeyOffer, KeyRequest, KeySource, VerificationKey } from './key-source.js';
import { type KeySourceStatus, staticStatus } from './key-source-status.js';

/** Keys from the configuration. */
export class StaticKeySource implements KeySource {
  readonly isRemote = false;

  constructor(private readonly keys: KeySet) {}

  find(request: KeyRequest): readonly VerificationKey[] {
    return untried(this.keys.select(request));
  }

  findMore(request: KeyRequest, tried: readonly VerificationKey[]): readonly VerificationKey[] {
    return untried(this.keys.select(request), tried);
  }

  offer(request: KeyRequest): KeyOffer {
    return this.keys.offer(request);
  }

  all(): Promise<readonly VerificationKey[]> {
    return this.keys.all();
  }

  isCurrent(key: VerificationKey): boolean {
    return this.keys.holds(key);
  }

  status(): KeySourceStatus {
    return staticStatus(this.keys.usable.size);
  }
}

/** A configured public key, parsed once: parsing PEM costs more than verifying with it. */
export function publicVerificationKey(input: PublicKeyInput): VerificationKey {
  return withoutKeyId(input instanceof KeyObject ? input : createPublicKey(input));
}

/** A configured shared secret. */
export function secretVerificationKey(secret: string | Uint8Array | KeyObject): VerificationKey {
  if (secret instanceof KeyObject) return withoutKeyId(secret);
  return withoutKeyId(createSecretKey(typeof secret === 'string' ? Buffer.from(secret) : secret));
}

function withoutKeyId(key: KeyObject): VerificationKey {
  return { key, keyId: undefined, algorithms: algorithmsOf(key) };
}
