import type { Identity } from '../identity/identity.js';
import type { IdentityHolder } from '../request/exchange.js';

/**
 * Makes a caller, or nobody, the one whom the rest of the call serves.
 *
 * @throws Error where something else keeps its place: the route would serve somebody else.
 */
export function handOn(caller: Identity | undefined, holder: IdentityHolder): void {
  let reason: unknown;
  try {
    holder.user = caller;
  } catch (error) {
    reason = error;
  }
  if (holder.user !== caller) throw new Error(OCCUPIED, { cause: reason });
}

const OCCUPIED =
  'JwtAuthGuard cannot put the caller on the request: `user` there answers with something else than ' +
  'was set, so the route would serve somebody else. Look for a middleware, or a decorateRequest of ' +
  'Fastify, that defines `user` as a getter, and give it another name.';
