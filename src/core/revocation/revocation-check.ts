import type { AuthModuleConfig } from '../../config/auth-module-config.js';
import type { AuthenticatedCaller } from '../jwt/authenticated-token.js';
import { withinTime } from '../util/clock.js';
import type { Identity } from '../identity/identity.js';
import { isPromise, type MaybeAsync } from '../util/maybe-async.js';
import { nextStep, Refusal } from '../refusals/refusal.js';
import type { RevocationList } from './revocation-list.js';

/** How long `isRevoked` may take. Not an option: a client that waits longer has given up. */
const REVOCATION_TIMEOUT_MS = 5_000;

/** What tells whether a token was revoked. */
export interface RevocationSources {
  /** Filled by `Revocations`; `undefined` without the option `revocation`. */
  readonly list: RevocationList | undefined;
  readonly isRevoked: AuthModuleConfig['isRevoked'];
}

/**
 * Whether a token was revoked: through `Revocations`, or as the application says. Asked for every request,
 * since the answer may change while the token stays the same. Answers at once where the application does, and
 * within {@link REVOCATION_TIMEOUT_MS} where it does not.
 *
 * @returns a refusal, `token_revoked` where it was.
 * @throws Refusal `keys_unavailable`, at once or as a rejection, when that is unknown.
 */
export function checkRevocation(
  caller: AuthenticatedCaller,
  { list, isRevoked }: RevocationSources,
): MaybeAsync<Refusal | undefined> {
  return nextStep(list?.check(caller), () => askApplication(caller.identity, isRevoked));
}

function askApplication(
  identity: Identity,
  isRevoked: AuthModuleConfig['isRevoked'],
): MaybeAsync<Refusal | undefined> {
  if (isRevoked === undefined) return undefined;
  let answer: unknown;
  try {
    answer = isRevoked(identity);
  } catch (cause) {
    throw unknown(cause);
  }
  if (!isPromise(answer)) return refusalFor(answer);
  return withinTime(REVOCATION_TIMEOUT_MS, answer).then(refusalFor, (cause: unknown) => {
    throw unknown(cause);
  });
}

function refusalFor(revoked: unknown): Refusal | undefined {
  if (revoked === false) return undefined;
  if (revoked === true) return new Refusal('token_revoked', 'revocation', 'isRevoked says so');
  // A function that forgets to answer would silently revoke nothing.
  throw new Refusal('keys_unavailable', 'revocation', 'isRevoked gave neither true nor false');
}

function unknown(cause: unknown): Refusal {
  return new Refusal('keys_unavailable', 'revocation', 'isRevoked failed', { cause });
}
