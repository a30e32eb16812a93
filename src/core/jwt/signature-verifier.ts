import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import type { UnverifiedToken } from './unverified-token.js';

/** Finds out which key has made a signature. */
export interface SignatureVerifier {
  /**
   * @param keys of the issuer, for the algorithm that the token names.
   * @returns the key that verifies the token; `undefined` when none of them does.
   * @throws Error (or a promise rejected with it) when the check itself failed.
   */
  verify(
    token: UnverifiedToken,
    keys: readonly VerificationKey[],
    policy: IssuerPolicy,
  ): MaybeAsync<VerificationKey | undefined>;
}
