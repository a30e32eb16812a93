import type { IdentityHolder } from './exchange.js';

/** Registered, so that two copies of this package in one process know each other's callers. */
const COPIED = Symbol.for('nestjs-trusted-issuers:copied-user');

/** Node's own request, which Fastify wraps: all that a Nest middleware has there. On Express both are one object. */
interface RawRequest extends IdentityHolder {
  /** What the guard has put here because it is on the wrapping request. */
  [COPIED]?: unknown;
}

/**
 * The `user` of a call. On Fastify also what a middleware has put on the raw request, where nothing is on the
 * request itself. A copy of the guard's doesn't count: whoever took the request's `user` off means it.
 */
export function userOn(holder: IdentityHolder): unknown {
  const { user } = holder;
  if (user !== undefined && user !== null) return user;
  const raw = rawRequestOf(holder);
  return raw === undefined || raw.user === raw[COPIED] ? user : raw.user;
}

/** Makes it the `user` of a call; on Fastify of the raw request, too, for code that has only that. */
export function putUserOn(holder: IdentityHolder, user: unknown): void {
  const raw = rawRequestOf(holder);
  holder.user = user;
  if (raw === undefined) return;
  raw.user = user;
  raw[COPIED] = user;
}

/** Every object on which code may look for the `user` of a call. */
export function holdersOf(holder: IdentityHolder): readonly IdentityHolder[] {
  const raw = rawRequestOf(holder);
  return raw === undefined ? [holder] : [holder, raw];
}

/** Both have headers, which tells a request from a GraphQL context that has a member of this name. */
function rawRequestOf(holder: IdentityHolder): RawRequest | undefined {
  const { raw } = holder as { readonly raw?: unknown };
  return raw !== undefined && hasHeaders(raw) && hasHeaders(holder) ? raw : undefined;
}

function hasHeaders(request: unknown): request is RawRequest {
  const { headers } = Object(request) as { readonly headers?: unknown };
  return typeof headers === 'object' && headers !== null;
}
