import type { IntrospectionConfig } from '../config/introspection-config.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { addressOption, isPresent, optionsOf, segmentOption } from './preset-options.js';

/** Options of {@link zitadel}. */
export interface ZitadelOptions {
  /** Address of the instance, which is the `iss`: `https://acme.zitadel.cloud`. */
  readonly url: string;
  /** Id of the project this API belongs to, which clients have put into `aud`. */
  readonly projectId: string;
  /**
   * How this API, an application of the type "API" in the project, asks about opaque tokens. Of its key file
   * `clientId` is `clientId`, `key` is `privateKey` and `keyId` is `privateKeyId`. Absent: opaque tokens are
   * `token_malformed`.
   */
  readonly introspection?: IntrospectionConfig;
}

/**
 * Access tokens of ZITADEL. They are opaque unless an application is set to get them as JWT: opaque ones need
 * {@link ZitadelOptions.introspection}. An ID token has no `jti`, which is demanded.
 *
 * Roles are the keys of an object in `urn:zitadel:iam:org:project:roles`, or in the claim that names the
 * project.
 *
 * - All of that: https://zitadel.com/docs/apis/openidoauth/claims
 * - Introspection, and who may ask: https://zitadel.com/docs/guides/integrate/token-introspection/private-key-jwt
 * - What the answer has: https://github.com/zitadel/zitadel/blob/main/internal/api/oidc/introspect.go
 *
 * @throws AuthConfigurationError when the address or the project id is missing or malformed.
 */
export function zitadel(options: ZitadelOptions): TrustedIssuerConfig {
  const known = { url: true, projectId: true, introspection: true } as const;
  const { url, projectId, introspection } = optionsOf('zitadel', options, known);
  const audience = segmentOption('zitadel.projectId', projectId, '69234237810729019');
  return {
    issuer: addressOption('zitadel.url', url, 'https://acme.zitadel.cloud'),
    audience,
    requiredClaims: { jti: isPresent },
    ...(introspection && { introspection }),
    identity: {
      roles: [
        { keysOf: 'urn:zitadel:iam:org:project:roles' },
        { keysOf: `urn:zitadel:iam:org:project:${audience}:roles` },
      ],
    },
  };
}
