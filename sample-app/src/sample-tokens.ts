import type { SampleIssuers } from './issuers/sample-issuers.js';

/** One token for each call. */
export interface SampleTokens {
  readonly issuer1: string;
  readonly issuer2: string;
  readonly issuer3: string;
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
  const { es256, eddsa, untrusted } = issuers;
  return {
    issuer1: await issuers.oidc.accessToken(),
    issuer2: es256.token(ALICE),
    issuer3: eddsa.token(ALICE),
    expired: es256.expiredToken(ALICE),
    tampered: es256.tamperedToken(ALICE),
    untrusted: untrusted.token(ALICE),
  };
}
