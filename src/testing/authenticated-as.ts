import type { CanActivate } from '@nestjs/common';
import { routePolicyOf } from '../core/authorization/route-policy.js';
import { deepFreeze, type Identity, markedAsIdentity } from '../core/identity/identity.js';
import { exchangeOf } from '../core/calls/exchange-of.js';
import { putUserOn } from '../core/calls/request-user.js';
import { checkOptions, MEMBERS, NUMBER, type OptionRules, TEXT, TEXTS } from './checked-options.js';

const DEFAULT_LIFETIME_SECONDS = 300;

const IDENTITY_RULES: OptionRules<Identity> = {
  issuer: TEXT,
  subject: TEXT,
  id: TEXT,
  clientId: TEXT,
  audience: TEXTS,
  scopes: TEXTS,
  roles: TEXTS,
  tenant: TEXT,
  expiresAt: NUMBER,
  tokenId: TEXT,
  claims: MEMBERS,
};

/**
 * A whole, frozen {@link Identity}, to call a handler with directly.
 *
 * @param members what is known of the caller. Default: subject `alice` of
 * `https://login.example.com`, client `test-client`, audience `https://api.example.com`, no scopes,
 * roles or tenant, expiring in five minutes; `id` and `claims` follow from the rest. A member that
 * is `undefined` gets its default, except `clientId`: a caller may have no client.
 * @throws TypeError for an unknown member, or one of a wrong type.
 */
export function testIdentity(members: Partial<Identity> = {}): Identity {
  checkOptions('a test identity', members, IDENTITY_RULES);
  const given = givenOf(members);
  const { issuer = 'https://login.example.com', subject = 'alice' } = given;
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
    ...given,
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
  const copy = structuredClone({ ...identity, claims: given.claims ?? claims });
  return deepFreeze(markedAsIdentity(copy));
}

function givenOf(members: Partial<Identity>): Partial<Identity> {
  const given = Object.entries(members).filter(
    ([name, value]) => value !== undefined || name === 'clientId',
  );
  return Object.fromEntries(given) as Partial<Identity>;
}

/**
 * Replaces `JwtAuthGuard` in tests without tokens: every caller is this one. For
 * `overrideGuard(JwtAuthGuard).useValue(authenticatedAs({ subject: 'alice' }))`, or
 * `overrideProvider` under `guardEveryRoute`. As with the real guard a `@Public()` route has no
 * identity.
 *
 * @param members what is known of the caller; the rest as with {@link testIdentity}.
 * @throws TypeError as {@link testIdentity} does.
 * @throws Error for a kind of call that the real guard does not know either.
 */
export function authenticatedAs(members: Partial<Identity> = {}): CanActivate {
  const identity = testIdentity(members);
  return {
    canActivate(context) {
      if (routePolicyOf(context).mode !== 'public') putUserOn(exchangeOf(context).holder, identity);
      return true;
    },
  };
}
