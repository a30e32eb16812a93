import type { LoadKeySet } from '../../src/core/keys/key-set-loader.js';
import type { KeyRequest } from '../../src/core/keys/key-source.js';
import { newPublicJwk } from './public-jwk.js';

/** A new public key of Ed25519, as a JWK. */
export function edKey(members: object = {}): object {
  return { ...newPublicJwk('ed25519'), ...members };
}

/** What a token that such a key signed asks for. */
export function requestForEdKey(keyId?: string, expired = false): KeyRequest {
  return { algorithm: 'EdDSA', keyId, expired };
}

/** A place that keys are loaded from, as a test wants it to be. */
export class KeyPlace {
  /** Of each load, whether it was for an unknown key. */
  readonly loads: boolean[] = [];
  freshSeconds: number | undefined;
  /** What loads fail with. */
  failure: unknown;
  private held: Promise<void> | undefined;

  constructor(public document: unknown = { keys: [] }) {}

  readonly load: LoadKeySet = async ({ isForUnknownKey }) => {
    this.loads.push(isForUnknownKey);
    const { failure, document, freshSeconds } = this;
    await this.held;
    if (failure !== undefined) throw failure;
    return { document, freshSeconds };
  };

  publish(...keys: readonly unknown[]): void {
    this.document = { keys };
  }

  /** Loads that begin from now on give what is here now, but not before the returned function is called. */
  hold(): () => void {
    let letGo = (): void => {};
    this.held = new Promise((resolve) => (letGo = resolve));
    return () => {
      this.held = undefined;
      letGo();
    };
  }
}

/** Lets everything happen that waits for no timer and no network. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
