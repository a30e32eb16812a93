import type { IdentityHolder } from '../calls/exchange.js';
import { holdersOf, putUserOn } from '../calls/request-user.js';
import { type Identity, looksLikeIdentity } from './identity.js';

/**
 * Makes an identity the caller for the rest of the call.
 *
 * @throws Error where another value stays in its place: the route would serve another caller.
 */
export function attachIdentity(caller: Identity, holder: IdentityHolder): void {
  put(caller, holdersOf(holder), () => putUserOn(holder, caller));
}

/**
 * Removes what looks like an identity: it came from no valid token of the request, so it is not this
 * caller's.
 *
 * @throws Error where it stays: the route would serve another caller.
 */
export function detachIdentity(holder: IdentityHolder): void {
  for (const place of holdersOf(holder))
    if (looksLikeIdentity(place.user)) put(undefined, [place], () => (place.user = undefined));
}

function put(
  user: Identity | undefined,
  places: readonly IdentityHolder[],
  write: () => void,
): void {
  let reason: unknown;
  try {
    write();
  } catch (error) {
    reason = error;
  }
  if (places.some((place) => place.user !== user)) throw new Error(OCCUPIED, { cause: reason });
}

const OCCUPIED =
  'JwtAuthGuard cannot put the caller on the request: `user` there does not return what was set, ' +
  'so the route would serve another caller. Look for a middleware, or a decorateRequest of ' +
  'Fastify, that defines `user` as a getter, and give it another name.';

/** Registered, so that `callerOf` of one copy of this package knows the callers that the guard of another admitted. */
const STRANGER = Symbol.for('nestjs-trusted-issuers:stranger');

/** Notes on a call that the guard looked for a token, found none, and lets its caller in all the same. */
export function markStranger(holder: IdentityHolder): true {
  for (const place of holdersOf(holder))
    if (!isStranger(place)) Object.defineProperty(place, STRANGER, { value: true });
  return true;
}

/** Whether the guard has let the caller in without a token. */
export function isStranger(holder: IdentityHolder): boolean {
  return Object.hasOwn(holder, STRANGER);
}
