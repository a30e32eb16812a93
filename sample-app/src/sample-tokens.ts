import type { TestIssuer } from 'nestjs-trusted-issuers/testing';
import type { OidcProviderIssuer } from './issuers/oidc-provider.issuer.js';

/** The authorization servers of this sample. */
export interface SampleIssuers {
  readonly issuer1: OidcProviderIssuer;
  readonly issuer2: TestIssuer;
  readonly untrusted: TestIssuer;
}

/** One token for each call. */
export interface SampleTokens {
  readonly issuer1: string;
  readonly issuer2: string;
  readonly expired: string;
  readonly tampered: string;
  readonly untrusted: string;
}

const ALICE = {
  subject: 'alice',
  clientId: 'notes-web',
  scopes: ['notes:read', 'notes:write'],
  expiresInSeconds: 3_600,
};

export async function sampleTokens(issuers: SampleIssuers): Promise<SampleTokens> {
  const { issuer1, issuer2, untrusted } = issuers;
  return {
    issuer1: await issuer1.accessToken(),
    issuer2: issuer2.token(ALICE),
    expired: issuer2.expiredToken(ALICE),
    tampered: issuer2.tamperedToken(ALICE),
    untrusted: untrusted.token(ALICE),
  };
}
