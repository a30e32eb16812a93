import type { KeyObject } from 'node:crypto';
import {
  isHmacAlgorithm,
  verifiesOnThreadPool,
  verifiesWithNodeCrypto,
} from '../jose/verify-with-node-crypto.js';
import type { VerificationKey } from '../keys/key-source.js';
import { type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import type { SignatureVerifier } from './signature-verifier.js';
import { TurnOfChecks } from './turn-of-checks.js';
import type { UnverifiedToken } from './unverified-token.js';

/**
 * More checks than this do not wait for the thread pool at a time, because reading files and looking up
 * names wait behind them. What comes beyond is checked at once, which slows down those who send it.
 */
const MAX_ON_POOL = 256;

/**
 * Verifies signatures by `node:crypto`.
 *
 * A check that is alone is made at once: the way to another thread and back takes longer than most checks.
 * When there are several, the first is made at once and the others go to the thread pool; while any is
 * there, all go. So other cores help under load, and no request waits for more than one check of another.
 */
export class NodeCryptoSignatureVerifier implements SignatureVerifier {
  private readonly turn = new TurnOfChecks();
  private onPool = 0;
  private readonly leavePool = (): void => {
    this.onPool -= 1;
  };

  verify(
    token: UnverifiedToken,
    keys: readonly VerificationKey[],
  ): MaybeAsync<VerificationKey | undefined> {
    const [key] = keys;
    if (key === undefined) return undefined;
    return whenKnown(this.verifies(token, key.key), (verifies) =>
      verifies ? key : this.verify(token, keys.slice(1)),
    );
  }

  private verifies(token: UnverifiedToken, key: KeyObject): MaybeAsync<boolean> {
    // A MAC is checked in less time than it takes to hand it over.
    if (isHmacAlgorithm(token.algorithm)) return verifiesWithNodeCrypto(token, key);
    const isAlone = this.onPool === 0 && this.turn.take();
    if (isAlone || this.onPool >= MAX_ON_POOL) return verifiesWithNodeCrypto(token, key);
    const checking = verifiesOnThreadPool(token, key);
    this.onPool += 1;
    checking.then(this.leavePool, this.leavePool);
    return checking;
  }
}
