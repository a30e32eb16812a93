import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { tellingKind } from '../config/token-kind.js';
import { listOption, optionsOf, refuseOption, segmentOption } from './preset-options.js';

/** Options of {@link firebase}. */
export interface FirebaseOptions {
  /** Id of the Firebase project, not its number or name. */
  readonly projectId: string;
  /**
   * Identity Platform tenants of the project whose users alone are accepted, or `'any'` for users of
   * every tenant and of none. Absent: users without a tenant only.
   */
  readonly tenants?: string | readonly string[];
}

/**
 * ID tokens of Firebase Authentication, which is what its clients send to an API.
 *
 * - `iss`, `aud`, `sub`, `auth_time`:
 *   https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
 * - That page names a list of certificates, which is no JWK Set. The keys are therefore found by
 *   discovery from the issuer (OpenID Connect Discovery 1.0 section 4), not by an address of that page.
 * - `firebase.tenant`, which becomes `Identity.tenant`:
 *   https://cloud.google.com/identity-platform/docs/multi-tenancy-authentication
 * - Users that signed in anonymously are let in: `firebase.sign_in_provider` is `anonymous`.
 * - The emulator's tokens are unsigned, and refused like all such.
 *
 * @throws AuthConfigurationError when the project id is missing or malformed.
 */
export function firebase(options: FirebaseOptions): TrustedIssuerConfig {
  const known = { projectId: true, tenants: true } as const;
  const { projectId, tenants } = optionsOf('firebase', options, known);
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
    requiredClaims: { auth_time: wasSignIn, ...(tenants !== 'any' && { firebase: isOf(tenants) }) },
    identity: { tenant: 'firebase.tenant' },
  };
}

/** The token's own `iat` is held against the clock; a sign-in comes before it. */
const wasSignIn = tellingKind(
  (time, { iat }) => typeof time === 'number' && typeof iat === 'number' && time <= iat,
);

/** A user id is unique within its tenant only, so users of a tenant are not let in unasked. */
function isOf(tenants: FirebaseOptions['tenants']): ReturnType<typeof tellingKind> {
  const named: readonly (string | undefined)[] =
    tenants === undefined
      ? [undefined]
      : listOption('firebase.tenants', tenants, 'Name a tenant, or write "any".');
  return tellingKind((signIn) =>
    named.includes((Object(signIn) as { readonly tenant?: string }).tenant),
  );
}
