import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { idsOption, optionsOf, refuseOption, segmentOption } from './preset-options.js';

/** Options of {@link githubActions}. One of {@link repositoryIds} and {@link repositoryOwnerIds} is mandatory. */
export interface GithubActionsOptions {
  /** What the workflow asks its token for; by itself GitHub writes the address of the owner. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
  /** Repositories by id, which survives a change of name. */
  readonly repositoryIds?: string | readonly string[];
  /** Owners of repositories, users or organizations, by id. */
  readonly repositoryOwnerIds?: string | readonly string[];
  /** Slug of a GitHub enterprise that has an issuer of its own. Absent: the issuer all share. */
  readonly enterprise?: string;
}

/**
 * Tokens of GitHub Actions workflows. **Every user of GitHub can get one, for any audience**, so name the
 * repositories or owners whose tokens are accepted.
 *
 * - `iss`, `aud`, `repository_id`, `repository_owner_id`, and that `sub` can be customised:
 *   https://docs.github.com/en/actions/reference/security/oidc
 * - The issuer of an enterprise:
 *   https://docs.github.com/en/enterprise-cloud@latest/rest/actions/oidc
 * - On GitHub Enterprise Server the issuer is `https://HOST/_services/token`; write
 *   `{ ...githubActions(…), issuer }`.
 *
 * @throws AuthConfigurationError when neither repository nor owner is named.
 */
export function githubActions(options: GithubActionsOptions): TrustedIssuerConfig {
  const { audience, enterprise, repositoryIds, repositoryOwnerIds } = optionsOf(
    'githubActions',
    options,
    { audience: true, enterprise: true, repositoryIds: true, repositoryOwnerIds: true },
  );
  if (repositoryIds === undefined && repositoryOwnerIds === undefined) {
    return refuseOption(
      'githubActions.repositoryOwnerIds',
      'missing. Every GitHub user can have a token for your audience: name repositoryIds or repositoryOwnerIds (gh api users/OWNER --jq .id).',
    );
  }
  const path =
    enterprise === undefined
      ? ''
      : `/${segmentOption('githubActions.enterprise', enterprise, 'acme')}`;
  return {
    issuer: `https://token.actions.githubusercontent.com${path}`,
    audience,
    requiredClaims: {
      ...(repositoryIds !== undefined && {
        repository_id: idsOption('githubActions.repositoryIds', repositoryIds),
      }),
      ...(repositoryOwnerIds !== undefined && {
        repository_owner_id: idsOption('githubActions.repositoryOwnerIds', repositoryOwnerIds),
      }),
    },
  };
}
