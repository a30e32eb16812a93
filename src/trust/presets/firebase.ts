import type { TrustedIssuerConfig } from '../../config/trusted-issuer-config.js';
import { segmentOption } from './preset-options.js';

/** Options of {@link firebase}. */
export interface FirebaseOptions {
  /** Id of the Firebase project, not its number or name. */
  readonly projectId: string;
}

/**
 * ID tokens of Firebase Authentication, which is what its clients send to an API.
 *
 * - `iss`, `aud`, `sub`, `auth_time`:
 *   https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
 * - That page names a list of certificates, which is no JWK Set. The keys are therefore found by
 *   discovery from the issuer (OpenID Connect Discovery 1.0 section 4), not by an address of that page.
 * - The emulator's tokens are unsigned, and refused like all such.
 *
 * @throws AuthConfigurationError when the project id is none.
 */
export function firebase({ projectId }: FirebaseOptions): TrustedIssuerConfig {
  const project = segmentOption('firebase.projectId', projectId, 'my-project-1234');
  return {
    issuer: `https://securetoken.google.com/${project}`,
    audience: project,
    requiredClaims: { auth_time: (time, { iat }) => wasBefore(time, iat) },
  };
}

/** The token's own `iat` is held against the clock; a sign-in comes before it. */
function wasBefore(time: unknown, issuedAt: unknown): boolean {
  return typeof time === 'number' && typeof issuedAt === 'number' && time <= issuedAt;
}
