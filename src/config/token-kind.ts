import { types } from 'node:util';
import type { RequiredClaim } from './trusted-issuer-config.js';
import { readTenantIssuer } from './tenant-template.js';

/** The part of {@link RequiredClaim} that is a function. */
export type ClaimPredicate = Extract<RequiredClaim, (...args: never[]) => unknown>;

/** A symbol of the whole process, since presets may come from the other form of the package. */
const TELLS_KIND = Symbol.for('nestjs-trusted-issuers:tells-kind');

/** Claims whose value says what a token is: an access token, a certain version. */
const KIND_CLAIMS = ['typ', 'type', 'token_type', 'ver', 'token_use'];

/** Marks a predicate that only tells kinds of token apart, not whom they were issued to or for. */
export function tellingKind(predicate: ClaimPredicate): ClaimPredicate {
  return Object.assign(predicate, { [TELLS_KIND]: true });
}

/**
 * Whether a required claim excludes some of the access tokens that an issuer gives to any client for
 * any API.
 */
export function narrowsAccess(name: string, expected: unknown, issuer: unknown): boolean {
  // Any other predicate sees the whole token, so the name of its claim says nothing about it.
  if (typeof expected === 'function') return types.isProxy(expected) || !(TELLS_KIND in expected);
  if (name === 'tid' && typeof issuer === 'string') {
    // The issuer may already name this one tenant.
    return readTenantIssuer(issuer)?.tenant !== expected;
  }
  return !KIND_CLAIMS.includes(name);
}
