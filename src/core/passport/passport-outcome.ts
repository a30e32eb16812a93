import { Refusal } from '../refusals/refusal.js';

/**
 * What came through passport's `fail` door. Every refusal of ours arrives there untouched. Claims and
 * times are checked by us, so whatever else arrives is passport-jwt's word that the signature is bad;
 * its text is neither matched nor kept, because it may quote the token.
 */
export function refusalOfFailure(info: unknown): Refusal {
  return info instanceof Refusal
    ? info
    : new Refusal('signature_invalid', 'the signature does not verify');
}

/**
 * What came through passport's `error` door, or was thrown. If it is no refusal, something failed
 * that has nothing to do with the token: it was not judged.
 */
export function refusalOfError(error: unknown): Refusal {
  return error instanceof Refusal
    ? error
    : new Refusal('keys_unavailable', 'verification failed unexpectedly', { cause: error });
}
