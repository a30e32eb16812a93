import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { addressOption, isPresent, optionsOf, segmentOption } from './preset-options.js';

/** Options of {@link zitadel}. */
export interface ZitadelOptions {
  /** Address of the instance, which is the `iss`: `https://acme.zitadel.cloud`. */
  readonly url: string;
  /** Id of the project this API belongs to, which clients have put into `aud`. */
  readonly projectId: string;
}

/**
 * Access tokens of ZITADEL. Applications must be set to get them as JWT; others are opaque and
 * `token_malformed` here. An ID token has no `jti`, which is demanded.
 *
 * Roles are the keys of an object in `urn:zitadel:iam:org:project:roles`, or in the claim that names the
 * project.
 *
 * - All of that: https://zitadel.com/docs/apis/openidoauth/claims
 *
 * @throws AuthConfigurationError when the address or the project id is missing or malformed.
 */
export function zitadel(options: ZitadelOptions): TrustedIssuerConfig {
  const { url, projectId } = optionsOf('zitadel', options, { url: true, projectId: true });
  const audience = segmentOption('zitadel.projectId', projectId, '69234237810729019');
  return {
    issuer: addressOption('zitadel.url', url, 'https://acme.zitadel.cloud'),
    audience,
    requiredClaims: { jti: isPresent },
    identity: {
      roles: [
        { keysOf: 'urn:zitadel:iam:org:project:roles' },
        { keysOf: `urn:zitadel:iam:org:project:${audience}:roles` },
      ],
    },
  };
}
