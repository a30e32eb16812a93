import { types } from 'node:util';
import type { RequiredClaim } from './trusted-issuer-config.js';
import { readTenantIssuer } from './tenant-template.js';

/** The part of {@link RequiredClaim} that is a function. */
export type ClaimPredicate = Extract<RequiredClaim, (...args: never[]) => unknown>;

/** A symbol of the whole process, since presets may come from the other form of the package. */
const TELLS_KIND = Symbol.for('nestjs-trusted-issuers:tells-kind');

/** Claims whose value says what a token is: an access token, a certain version. */
const KIND_CLAIMS = ['typ', 'type', 'token_type', 'ver', 'token_use'];

/** Marks a predicate that tells kinds of token apart, and not whom they were issued to or for. */
export function tellingKind(predicate: ClaimPredicate): ClaimPredicate {
  return Object.assign(predicate, { [TELLS_KIND]: true });
}

/**
 * Whether a required claim keeps out some of the access tokens that an issuer gives to anybody for
 * any API.
 */
export function narrowsAccess(name: string, expected: unknown, issuer: unknown): boolean {
  // Any other predicate sees the whole token, so what it stands beside says nothing about it.
  if (typeof expected === 'function') return types.isProxy(expected) || !(TELLS_KIND in expected);
  if (name === 'tid' && typeof issuer === 'string') {
    // An issuer that names its one tenant has said that already.
    return readTenantIssuer(issuer)?.tenant !== expected;
  }
  return !KIND_CLAIMS.includes(name);
}
