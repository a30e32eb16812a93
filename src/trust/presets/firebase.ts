import type { TrustedIssuerConfig } from '../../config/trusted-issuer-config.js';
import { tellingKind } from '../../config/token-kind.js';
import { optionsOf, refuseOption, segmentOption } from './preset-options.js';

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
 * @throws AuthConfigurationError when the project id is missing or malformed.
 */
export function firebase(options: FirebaseOptions): TrustedIssuerConfig {
  const { projectId } = optionsOf('firebase', options, { projectId: true });
  const project = segmentOption('firebase.projectId', projectId, 'my-project-1234');
  if (/^\d+$/.test(project)) {
    return refuseOption(
      'firebase.projectId',
      `"${project}" is the number of a project. Write its id, like "my-project-1234".`,
    );
  }
  return {
    issuer: `https://securetoken.google.com/${project}`,
    audience: project,
    requiredClaims: { auth_time: wasSignIn },
  };
}

/** The token's own `iat` is held against the clock; a sign-in comes before it. */
const wasSignIn = tellingKind(
  (time, { iat }) => typeof time === 'number' && typeof iat === 'number' && time <= iat,
);
