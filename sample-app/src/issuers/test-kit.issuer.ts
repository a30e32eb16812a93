import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';

/** Issuer 2: the test kit's authorization server, with discovery document and keys over HTTP. */
export function startTestKitIssuer(): Promise<TestIssuer> {
  return createTestIssuer({ algorithm: 'ES256', audience: 'https://api.example.com' });
}

/** As good as issuer 2 in every respect, but the API does not trust it. */
export function startUntrustedIssuer(): Promise<TestIssuer> {
  return createTestIssuer({ algorithm: 'ES256', audience: 'https://api.example.com' });
}
