import type { KeyObject } from 'node:crypto';
import {
  isHmacAlgorithm,
  verifiesOnThreadPool,
  verifiesWithNodeCrypto,
} from '../jose/verify-with-node-crypto.js';
import type { VerificationKey } from '../keys/key-source.js';
import { isPromise, type MaybeAsync } from '../util/maybe-async.js';
import type { SignatureVerifier } from './signature-verifier.js';
import type { UnverifiedToken } from './unverified-token.js';

/**
 * More checks than this do not wait for the thread pool at a time, because reading files and looking up
 * names wait behind them. What comes beyond is checked at once, which slows down those who send it.
 */
const MAX_ON_POOL = 256;

/**
 * Verifies signatures by `node:crypto`.
 *
 * A check that is alone is made at once: the way to another thread and back takes longer than most
 * checks. When there are several, the first of a turn of the event loop is made at once and the others
 * go to the thread pool; while any is there, all go. So other cores help under load, and no request
 * waits for more than one check of another.
 */
export class NodeCryptoSignatureVerifier implements SignatureVerifier {
  private onPool = 0;
  /** One was checked at once in this turn of the event loop. */
  private isTurnUsed = false;

  verify(
    token: UnverifiedToken,
    keys: readonly VerificationKey[],
  ): MaybeAsync<VerificationKey | undefined> {
    const [key, ...others] = keys;
    if (key === undefined) return undefined;
    const conclude = (verifies: boolean): MaybeAsync<VerificationKey | undefined> =>
      verifies ? key : this.verify(token, others);
    const verifies = this.verifies(token, key.key);
    return isPromise(verifies) ? verifies.then(conclude) : conclude(verifies);
  }

  private verifies(token: UnverifiedToken, key: KeyObject): MaybeAsync<boolean> {
    // A MAC is checked in less time than it takes to hand it over.
    if (isHmacAlgorithm(token.algorithm)) return verifiesWithNodeCrypto(token, key);
    const isAlone = this.onPool === 0 && !this.isTurnUsed;
    if (isAlone || this.onPool >= MAX_ON_POOL) return this.verifiesAtOnce(token, key);
    const checking = verifiesOnThreadPool(token, key);
    this.onPool += 1;
    return checking.finally(() => (this.onPool -= 1));
  }

  private verifiesAtOnce(token: UnverifiedToken, key: KeyObject): boolean {
    if (!this.isTurnUsed) {
      this.isTurnUsed = true;
      setImmediate(() => (this.isTurnUsed = false));
    }
    return verifiesWithNodeCrypto(token, key);
  }
}
