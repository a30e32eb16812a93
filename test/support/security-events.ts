import type { TestIssuer } from 'nestjs-trusted-issuers/testing';
import { randomUUID } from 'node:crypto';
import type { TestApplication } from './application.js';
import type { HttpAnswer } from './http.js';

export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
export const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';
export const RISC = 'https://schemas.openid.net/secevent/risc/event-type';
export const SSF = 'https://schemas.openid.net/secevent/ssf/event-type';
export const RECEIVER = 'https://api.example.com/ssf/events';

/** Members to change; those that are `undefined` are left out. */
type Changes = Readonly<Record<string, unknown>>;

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
export function logoutToken(
  issuer: TestIssuer,
  claims: Changes = {},
  header: Changes = {},
): string {
  return issuer.token({
    type: 'logout+jwt',
    header,
    audience: 'notes-client',
    expiresInSeconds: 120,
    claims: { client_id: undefined, events: { [LOGOUT_EVENT]: {} }, ...claims },
  });
}

/** A security event token (RFC 8417, SSF 1.0 section 4), as SSF wants it: without `sub` and `exp`. */
export function eventToken(
  issuer: TestIssuer,
  events: object,
  claims: Changes = {},
  header: Changes = {},
): string {
  return issuer.sign(
    { alg: 'ES256', typ: 'secevent+jwt', kid: issuer.kid, ...header },
    {
      iss: issuer.issuer,
      aud: RECEIVER,
      jti: randomUUID(),
      iat: nowSeconds(),
      sub_id: { format: 'iss_sub', iss: issuer.issuer, sub: 'alice' },
      events,
      ...claims,
    },
  );
}

export function postLogout(
  application: TestApplication,
  token: string,
  path = '/backchannel-logout',
): Promise<HttpAnswer> {
  return application.call(path, {
    method: 'POST',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: new URLSearchParams({ logout_token: token }).toString(),
  });
}

export function postEvent(
  application: TestApplication,
  token: string,
  path = '/ssf/events',
): Promise<HttpAnswer> {
  return application.call(path, {
    method: 'POST',
    headers: [
      ['Content-Type', 'application/secevent+jwt'],
      ['Accept', 'application/json'],
    ],
    body: token,
  });
}

/** The code of a refusal, or 200. */
export async function outcomeOf(application: TestApplication, token: string): Promise<unknown> {
  const { status, json } = await application.get('/notes', token);
  return status === 200 ? 200 : (json as { code: string }).code;
}
