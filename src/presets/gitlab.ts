import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { addressOption, idsOption, optionsOf, refuseOption } from './preset-options.js';

/** Options of {@link gitlab}. One of {@link projectIds} and {@link namespaceIds} is mandatory. */
export interface GitlabOptions {
  /** Address of the GitLab instance, which is the `iss`. Default `https://gitlab.com`. */
  readonly url?: string;
  /** What the job's `id_tokens` entry names in `aud`. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
  /** Projects by id. */
  readonly projectIds?: string | readonly string[];
  /** Groups or users, by the id of their namespace. */
  readonly namespaceIds?: string | readonly string[];
}

/**
 * ID tokens of GitLab CI/CD jobs. **Every user of the instance can get one, for any audience**, so name
 * the projects or namespaces whose tokens are accepted. A user's ID token has the same issuer and none of
 * these claims.
 *
 * - `iss`, `aud`, `project_id`, `namespace_id`, `ref_protected`:
 *   https://docs.gitlab.com/ee/ci/secrets/id_token_authentication.html
 * - In the pipeline of a merge request from a fork `project_id` is the fork's:
 *   https://gitlab.com/gitlab-org/gitlab/-/work_items/563038
 *
 * @throws AuthConfigurationError when neither project nor namespace is named.
 */
export function gitlab(options: GitlabOptions): TrustedIssuerConfig {
  const known = { url: true, audience: true, projectIds: true, namespaceIds: true } as const;
  const read = optionsOf('gitlab', options, known);
  const { url = 'https://gitlab.com', audience, projectIds, namespaceIds } = read;
  if (projectIds === undefined && namespaceIds === undefined) {
    return refuseOption(
      'gitlab.projectIds',
      'missing. Every user of the instance can have a token for your audience: name projectIds or namespaceIds.',
    );
  }
  return {
    issuer: addressOption('gitlab.url', url, 'https://gitlab.example.com'),
    audience,
    requiredClaims: {
      ...(projectIds !== undefined && {
        project_id: idsOption('gitlab.projectIds', projectIds),
      }),
      ...(namespaceIds !== undefined && {
        namespace_id: idsOption('gitlab.namespaceIds', namespaceIds),
      }),
    },
  };
}
