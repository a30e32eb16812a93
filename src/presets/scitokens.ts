import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { capabilitySubject } from './capability-subject.js';
import { isPresent, listOption, optionsOf } from './preset-options.js';

/** Options of {@link scitokens}. */
export interface ScitokensOptions {
  /** The token issuer of a virtual organization, exactly as in `iss`. */
  readonly issuer: string;
  /** Names of this service in `aud`. Mandatory. A token for `ANY` service is accepted as well, as the profile demands. */
  readonly audience: string | readonly string[];
}

/**
 * SciTokens, version 2.0. What a token allows is in its scopes, such as `read:/store`: set the module's
 * `scopeMatches` to `pathScopes`.
 *
 * `sub` is optional there, and not meant to decide anything. Where it is absent, {@link Identity.subject} is
 * made of `jti`, else of all claims: each such token is a subject of its own.
 *
 * - `aud`, `ANY`, `ver`, `scope`, `sub`, `jti`: https://scitokens.org/technical_docs/Claims
 * - Both spellings of `ver`:
 *   https://github.com/scitokens/scitokens-cpp/blob/master/src/scitokens_internal.h
 *
 * @throws AuthConfigurationError when no audience is named.
 */
export function scitokens(options: ScitokensOptions): TrustedIssuerConfig {
  const known = { issuer: true, audience: true } as const;
  const { issuer, audience } = optionsOf('scitokens', options, known);
  const remedy = 'Name what tokens for this service carry in "aud".';
  return {
    issuer,
    audience: [...listOption('scitokens.audience', audience, remedy), 'ANY'],
    algorithms: ['RS256', 'ES256'],
    requiredClaims: { ver: ['scitoken:2.0', 'scitokens:2.0'], scope: isPresent },
    identity: { subject: capabilitySubject },
  };
}
