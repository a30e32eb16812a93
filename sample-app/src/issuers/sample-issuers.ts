import type { TestIssuer } from 'nestjs-trusted-issuers/testing';
import { type OidcProviderIssuer, startOidcProviderIssuer } from './oidc-provider.issuer.js';
import { startEdDsaIssuer, startTestKitIssuer, startUntrustedIssuer } from './test-kit.issuer.js';

/** The authorization servers of this sample, by the names that the page knows them by. */
export interface SampleIssuers {
  readonly oidc: OidcProviderIssuer;
  readonly es256: TestIssuer;
  readonly eddsa: TestIssuer;
  /** As good as the others in every respect, but the API does not trust it. */
  readonly untrusted: TestIssuer;
}

export type IssuerName = keyof SampleIssuers;

export async function startSampleIssuers(): Promise<SampleIssuers> {
  return {
    oidc: await startOidcProviderIssuer(),
    es256: await startTestKitIssuer(),
    eddsa: await startEdDsaIssuer(),
    untrusted: await startUntrustedIssuer(),
  };
}
