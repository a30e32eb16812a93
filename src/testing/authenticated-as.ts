import type { CanActivate } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessModeOf } from '../access-mode.js';
import { deepFreeze } from '../identity/deep-freeze.js';
import type { Identity } from '../identity/identity.js';
import { exchangeOf } from '../request/exchange.js';

const DEFAULT_LIFETIME_SECONDS = 300;

/**
 * A whole, frozen {@link Identity}, to call a handler with directly.
 *
 * @param members what is known of the caller. Default: subject `alice` of
 * `https://login.example.com`, client `test-client`, audience `https://api.example.com`, no scopes,
 * roles or tenant, expiring in five minutes; `id` and `claims` follow from the rest.
 */
export function testIdentity(members: Partial<Identity> = {}): Identity {
  const { issuer = 'https://login.example.com', subject = 'alice' } = members;
  const identity = {
    issuer,
    subject,
    id: `${issuer}|${subject}`,
    clientId: 'test-client',
    audience: ['https://api.example.com'],
    scopes: [],
    roles: [],
    tenant: undefined,
    expiresAt: Math.floor(Date.now() / 1_000) + DEFAULT_LIFETIME_SECONDS,
    tokenId: undefined,
    ...members,
  };
  const { clientId, audience, scopes, expiresAt, tokenId } = identity;
  const claims = {
    iss: issuer,
    sub: subject,
    aud: audience,
    client_id: clientId,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...(tokenId !== undefined && { jti: tokenId }),
    exp: expiresAt,
  };
  // A copy, because the caller's own objects must not freeze.
  return deepFreeze(structuredClone({ ...identity, claims: members.claims ?? claims }));
}

/**
 * Stands in for `JwtAuthGuard` where no token is wanted: every caller is this one. For
 * `overrideGuard(JwtAuthGuard).useValue(authenticatedAs({ subject: 'alice' }))`, or
 * `overrideProvider` under `guardEveryRoute`. As with the real guard a `@Public()` route has no
 * identity.
 *
 * @param members what is known of the caller; the rest as with {@link testIdentity}.
 * @throws Error for a kind of call that the real guard does not know either.
 */
export function authenticatedAs(members: Partial<Identity> = {}): CanActivate {
  const identity = testIdentity(members);
  const reflector = new Reflector();
  return {
    canActivate(context) {
      if (accessModeOf(reflector, context) !== 'public') exchangeOf(context).holder.user = identity;
      return true;
    },
  };
}
