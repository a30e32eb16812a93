import { DEFAULTS } from '../config/defaults.js';
import type { IntrospectionConfig } from '../config/introspection-config.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import {
  addressOption,
  elementsOption,
  listOption,
  optionsOf,
  segmentOption,
} from './preset-options.js';

/** Options of {@link keycloak}. */
export interface KeycloakOptions {
  /**
   * The address that clients use, as written in `iss` before `/realms/`: `https://id.example.com`. Before
   * Keycloak 17 with `/auth` at the end.
   */
  readonly url: string;
  /** Name of the realm. */
  readonly realm: string;
  /** The address this API reaches Keycloak under, where it is another one: keys are then fetched there. An `http:` one also wants `http.allowInsecure`. Absent: {@link url}. */
  readonly internalUrl?: string;
  /**
   * What an audience mapper puts into `aud`; without one it says `account`, or nothing. `null`
   * switches the check off; then {@link clientIds} is mandatory, or a further claim in `requiredClaims`. Absent: the module's `audience`.
   */
  readonly audience?: string | readonly string[] | null;
  /** Clients (`azp`) whose tokens are accepted. Absent: the client is not checked. */
  readonly clientIds?: string | readonly string[];
  /** Clients whose `resource_access` roles count as roles beside those of the realm. Absent: none. */
  readonly rolesOf?: string | readonly string[];
  /**
   * How this API, a confidential client of its own, asks about tokens, which all are JWTs: about all of them
   * (`mode: 'always'`), unless it says otherwise; at {@link internalUrl}, where there is one. Lightweight
   * tokens need it. Absent: Keycloak is not asked.
   */
  readonly introspection?: IntrospectionConfig;
}

const OPTIONS = {
  url: true,
  realm: true,
  internalUrl: true,
  audience: true,
  clientIds: true,
  rolesOf: true,
  introspection: true,
} as const;

/**
 * Access tokens of a Keycloak realm.
 *
 * - `iss` follows the public address, keys may be fetched under the internal one:
 *   https://www.keycloak.org/server/hostname
 * - The claim `typ` is `Bearer`; `ID`, `Refresh`, `Offline` and `Logout` are other tokens:
 *   https://github.com/keycloak/keycloak/blob/main/core/src/main/java/org/keycloak/util/TokenUtil.java
 * - `aud`, `azp`, `realm_access` and `resource_access`, and how to have an audience:
 *   https://www.keycloak.org/docs/latest/server_admin/#audience-support
 * - Lightweight tokens leave claims to introspection, by mappers that are set to "Add to token introspection":
 *   https://www.keycloak.org/docs/latest/server_admin/#_using_lightweight_access_token
 * - The answer is the token with its claims, of a session that goes on:
 *   https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/AccessTokenIntrospectionProvider.java
 * - From Keycloak 25 a client without the scope `basic` gets tokens without `sub`:
 *   https://github.com/keycloak/keycloak/issues/34306
 *
 * @throws AuthConfigurationError when an address or the realm is missing or malformed.
 */
export function keycloak(options: KeycloakOptions): TrustedIssuerConfig {
  const { audience, clientIds, internalUrl, introspection, ...read } = optionsOf(
    'keycloak',
    options,
    OPTIONS,
  );
  const realm = segmentOption('keycloak.realm', read.realm, 'customers');
  const realmAt = (path: string, url: string): string =>
    `${addressOption(path, url, 'https://id.example.com', '/realms')}/realms/${realm}`;
  const internal =
    internalUrl && `${realmAt('keycloak.internalUrl', internalUrl)}/protocol/openid-connect`;
  return {
    issuer: realmAt('keycloak.url', read.url),
    audience,
    ...(clientIds !== undefined && {
      clientIds: listOption('keycloak.clientIds', clientIds, 'Name a client, or leave it out.'),
    }),
    ...(internalUrl !== undefined && { keys: { jwksUri: `${internal}/certs` } }),
    ...(introspection && {
      introspection: {
        mode: 'always',
        ...(internalUrl !== undefined && { endpoint: `${internal}/token/introspect` }),
        ...introspection,
      },
    }),
    requiredClaims: { typ: 'Bearer' },
    identity: {
      roles: [
        ...DEFAULTS.identity.roles,
        ...elementsOption('keycloak.rolesOf', read.rolesOf).map(
          (client) => `resource_access.${client}.roles`,
        ),
      ],
    },
  };
}
