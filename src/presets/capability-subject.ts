import { createHash } from 'node:crypto';
import type { Claims } from '../core/identity/identity.js';

/**
 * The subject of a token that says what its bearer may do, and need not say who that is: `sub`; else one of
 * its own, so that no two tokens are taken for one caller. Its prefix keeps it apart from every `sub`.
 */
export function capabilitySubject(claims: Claims): string {
  const { sub, jti } = claims;
  if (typeof sub === 'string' && sub !== '') return sub;
  if (typeof jti === 'string' && jti !== '') return `jti:${jti}`;
  return `claims:${createHash('sha256').update(JSON.stringify(claims)).digest('base64url')}`;
}
