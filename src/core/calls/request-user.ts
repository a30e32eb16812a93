import { IncomingMessage } from 'node:http';
import type { IdentityHolder } from './exchange.js';

/** Registered, so that two copies of this package in one process know each other's callers. */
const COPIED = Symbol.for('nestjs-trusted-issuers:copied-user');

/** Node's own request, which Fastify wraps: all that a Nest middleware has there. On Express both are one object. */
interface RawRequest extends IdentityHolder {
  /** What the guard has put here because it is on the wrapping request. */
  [COPIED]?: unknown;
}

/**
 * The `user` of a call: on Fastify, too, what was put there last. That is what is on the raw request, where it
 * is no copy of the guard's, and nothing but what was copied is on the request itself.
 */
export function userOn(holder: IdentityHolder): unknown {
  const { user } = holder;
  const raw = rawRequestOf(holder);
  if (raw === undefined || raw.user === raw[COPIED]) return user;
  return user === undefined || user === null || user === raw[COPIED] ? raw.user : user;
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

/** The one object that identifies a request, whichever of its objects is given: on Fastify the raw one. */
export function rawOf(holder: IdentityHolder): IdentityHolder {
  return rawRequestOf(holder) ?? holder;
}

/** Both have headers, which tells a request from a GraphQL context that has a member of this name. */
function rawRequestOf(holder: IdentityHolder): RawRequest | undefined {
  // `raw` is not read: in Node 20 and 22, reading a member of Express' requests takes long.
  if (holder instanceof IncomingMessage) return undefined;
  const { raw } = holder as { readonly raw?: unknown };
  return raw !== undefined && hasHeaders(raw) && hasHeaders(holder) ? raw : undefined;
}

function hasHeaders(request: unknown): request is RawRequest {
  const { headers } = Object(request) as { readonly headers?: unknown };
  return typeof headers === 'object' && headers !== null;
}
