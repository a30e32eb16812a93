import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';

const AUDIENCE = 'https://api.example.com';

/**
 * Issuer 2: the test kit's authorization server, with discovery document and keys over HTTP. It also gives out
 * opaque tokens, and says what they are worth.
 */
export function startTestKitIssuer(): Promise<TestIssuer> {
  return createTestIssuer({
    algorithm: 'ES256',
    audience: AUDIENCE,
    introspection: { tokenPrefix: 'notes_' },
  });
}

/** Issuer 3: the same with Ed25519 keys (RFC 8037), which jsonwebtoken can't verify and this module can. */
export function startEdDsaIssuer(): Promise<TestIssuer> {
  return createTestIssuer({ algorithm: 'EdDSA', audience: AUDIENCE });
}

/** As good as issuer 2 in every respect, but the API does not trust it. */
export function startUntrustedIssuer(): Promise<TestIssuer> {
  return createTestIssuer({ algorithm: 'ES256', audience: AUDIENCE });
}
