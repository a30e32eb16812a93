import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import {
  addressOption,
  listOption,
  optionsOf,
  refuseOption,
  segmentOption,
} from './preset-options.js';

/** Options of {@link cognito}. */
export interface CognitoOptions {
  /** Id of the user pool, which begins with its region: `eu-west-1_AbCdEf123`; `local_…` for cognito-local. */
  readonly userPoolId: string;
  /** App clients whose tokens are accepted. Mandatory: a Cognito access token as a rule has no `aud`. */
  readonly clientIds: string | readonly string[];
  /** What `aud` must hold, for clients that ask with a resource indicator. Absent: `aud` is not checked. */
  readonly audience?: string | readonly string[];
  /**
   * Address of cognito-local, for development: its signing key is public. Default
   * `http://localhost:9229` for a pool whose id begins with `local_`, otherwise Amazon's.
   */
  readonly endpoint?: string;
}

/**
 * Access tokens of an Amazon Cognito user pool, whichever of the two issuer hosts it is set to. The
 * original one is the `Identity.issuer` in both cases.
 *
 * - Both forms of the issuer:
 *   https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html
 * - Keys, `token_use`, and `client_id` in place of `aud`:
 *   https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 * - `scope`, `cognito:groups`, `username`:
 *   https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 *
 * - `iss` and ids of cognito-local: https://github.com/jagregory/cognito-local
 *
 * @throws AuthConfigurationError when the pool id has no region, or no client is named.
 */
export function cognito(options: CognitoOptions): TrustedIssuerConfig {
  const known = { userPoolId: true, clientIds: true, audience: true, endpoint: true } as const;
  const { userPoolId, clientIds, audience, endpoint } = optionsOf('cognito', options, known);
  const pool = segmentOption('cognito.userPoolId', userPoolId, 'eu-west-1_AbCdEf123');
  if (endpoint !== undefined || pool.startsWith('local_')) {
    const address = endpoint ?? 'http://localhost:9229';
    const issuer = `${addressOption('cognito.endpoint', address, 'http://localhost:9229')}/${pool}`;
    return termsOf({ issuer }, { clientIds, audience });
  }
  const [, region] = /^([a-z]{2}(?:-[a-z]+)+-\d+)_\w+$/.exec(pool) ?? [];
  if (region === undefined) {
    return refuseOption(
      'cognito.userPoolId',
      'is not the id of a user pool. Write it whole, like "eu-west-1_AbCdEf123".',
    );
  }
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${pool}`;
  const alias = `https://issuer-cognito-idp.${region}.amazonaws.com/${pool}`;
  return termsOf({ issuer, issuerAliases: [alias] }, { clientIds, audience });
}

/** What holds for a pool wherever it is. */
function termsOf(
  names: Pick<TrustedIssuerConfig, 'issuer' | 'issuerAliases'>,
  { clientIds, audience }: Pick<CognitoOptions, 'clientIds' | 'audience'>,
): TrustedIssuerConfig {
  return {
    ...names,
    audience: audience ?? null,
    clientIds: listOption('cognito.clientIds', clientIds, 'Name the app clients of this API.'),
    keys: { jwksUri: `${names.issuer}/.well-known/jwks.json` },
    requiredClaims: { token_use: 'access' },
  };
}
