import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { tellingKind } from '../config/token-kind.js';
import { isPresent, listOption, optionsOf } from './preset-options.js';

/** Options of {@link wlcg}. */
export interface WlcgOptions {
  /** The token issuer of a virtual organization, exactly as in `iss`. */
  readonly issuer: string;
  /** Names of this service in `aud`, such as its address. Mandatory. A token for any service is accepted as well, as the profile demands. */
  readonly audience: string | readonly string[];
}

/** What `aud` is where a token is meant for all. */
const ANY_AUDIENCE = 'https://wlcg.cern.ch/jwt/v1/any';

/**
 * Access tokens of the Worldwide LHC Computing Grid's common JWT profile, version 1. What a token allows is
 * in its scopes, such as `storage.read:/store`: set the module's `scopeMatches` to `pathScopes`.
 *
 * `wlcg.groups` are the identity's roles; nothing else is.
 *
 * - `aud` and its value for all, `wlcg.ver` and its newer minor versions, `wlcg.groups`, `sub`, `jti`, RS256
 *   and ES256: https://github.com/WLCG-AuthZ-WG/common-jwt-profile/blob/master/profile.md
 *
 * @throws AuthConfigurationError when no audience is named.
 */
export function wlcg(options: WlcgOptions): TrustedIssuerConfig {
  const known = { issuer: true, audience: true } as const;
  const { issuer, audience } = optionsOf('wlcg', options, known);
  const remedy = 'Name what tokens for this service carry in "aud".';
  return {
    issuer,
    audience: [...listOption('wlcg.audience', audience, remedy), ANY_AUDIENCE],
    algorithms: ['RS256', 'ES256'],
    requiredClaims: { 'wlcg.ver': isVersionOne, jti: isPresent },
    identity: { roles: 'wlcg.groups' },
  };
}

/** Newer minor versions must be accepted, and another major one must not. */
const isVersionOne = tellingKind(
  (version) => typeof version === 'string' && /^1\.\d+$/.test(version),
);
