import type { TestIssuer } from 'nestjs-trusted-issuers/testing';

/** The kinds of opaque tokens that the page can send. The first is good; of the other its issuer says that it is not. */
export const OPAQUE_NAMES = ['reference', 'reference-ended'] as const;

export type OpaqueName = (typeof OPAQUE_NAMES)[number];

/** A token that says nothing itself: the API asks its issuer (RFC 7662). */
export function opaqueToken(issuer: TestIssuer, name: OpaqueName): string {
  const token = issuer.opaqueToken({
    subject: 'alice',
    clientId: 'notes-web',
    scopes: ['notes:read', 'notes:write'],
    expiresInSeconds: 3_600,
  });
  if (name === 'reference-ended') issuer.revoke(token);
  return token;
}
