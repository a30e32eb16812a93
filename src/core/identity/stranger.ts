import type { IdentityHolder } from '../calls/exchange.js';
import { holdersOf } from '../calls/request-user.js';

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
