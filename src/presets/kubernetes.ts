import { readFile } from 'node:fs/promises';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { fetchWithAuthority } from './authority-fetch.js';
import { listOption, optionsOf, refuseOption } from './preset-options.js';

const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Options of {@link kubernetes}. */
export interface KubernetesOptions {
  /**
   * The cluster's `--service-account-issuer`, as written in `iss`. Default
   * `https://kubernetes.default.svc.cluster.local`.
   */
  readonly issuer?: string;
  /** What the projected volume of the calling pod names in `audience`. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
  /** Service accounts that may call, as `namespace:name`. Absent: every one of the cluster. */
  readonly serviceAccounts?: string | readonly string[];
  /** Where the keys are. Default `https://kubernetes.default.svc/openid/v1/jwks`: the address that the cluster's own metadata names is often out of a pod's reach. */
  readonly jwksUri?: string;
  /** File with the certificate authority of {@link jwksUri}, read for each fetch. `null`: the authorities Node.js trusts. Default the one mounted into every pod. */
  readonly caFile?: string | null;
  /** File with the token that is shown when keys are fetched, read for each fetch, since it is renewed. `null`: none. Default the one mounted into every pod; with `caFile: null` there is none, and it is mandatory. */
  readonly tokenFile?: string | null;
}

const OPTIONS = {
  issuer: true,
  audience: true,
  serviceAccounts: true,
  jwksUri: true,
  caFile: true,
  tokenFile: true,
} as const;

const SHOWN_TO_ANYBODY =
  "missing. With caFile: null the keys come from any host that Node.js trusts, which would be shown this pod's own token. Write tokenFile: null; or name the file, if that host is to see it.";

/**
 * Tokens of Kubernetes service accounts, verified from within the cluster.
 *
 * - `/openid/v1/jwks`, and that reading it takes a role (`system:service-account-issuer-discovery`):
 *   https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 * - `aud`, `sub`, the claim `kubernetes.io`, and the legacy tokens, which never expire, have no `aud` and
 *   are refused: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 * - The files in every pod:
 *   https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api
 * - A token is good until it expires, even when its pod is gone.
 *
 * For a cluster whose keys are public (EKS, GKE, AKS) give its issuer and
 * `jwksUri`, `caFile: null` and `tokenFile: null`.
 *
 * @throws AuthConfigurationError when a service account is not written as `namespace:name`.
 */
export function kubernetes(options: KubernetesOptions): TrustedIssuerConfig {
  const read = optionsOf('kubernetes', options, OPTIONS);
  if (read.caFile === null && read.tokenFile === undefined) {
    return refuseOption('kubernetes.tokenFile', SHOWN_TO_ANYBODY);
  }
  const {
    issuer = 'https://kubernetes.default.svc.cluster.local',
    audience,
    serviceAccounts,
    jwksUri = 'https://kubernetes.default.svc/openid/v1/jwks',
    caFile = `${MOUNTED}/ca.crt`,
    tokenFile = `${MOUNTED}/token`,
  } = read;
  return {
    issuer,
    audience,
    keys: { jwksUri },
    ...(serviceAccounts !== undefined && { requiredClaims: { sub: subjectsOf(serviceAccounts) } }),
    identity: { tenant: 'kubernetes.io.namespace' },
    http: {
      ...(tokenFile !== null && { headers: () => authorization(tokenFile) }),
      ...(caFile !== null && { fetch: fetchWithAuthority(caFile) }),
    },
  };
}

async function authorization(tokenFile: string): Promise<Record<string, string>> {
  const token = await readFile(tokenFile, 'utf8');
  return { authorization: `Bearer ${token.trim()}` };
}

function subjectsOf(serviceAccounts: string | readonly string[]): readonly string[] {
  const path = 'kubernetes.serviceAccounts';
  const remedy = 'Name a service account, or leave it out.';
  return listOption(path, serviceAccounts, remedy, (at, account) =>
    /^[a-z0-9-]+:[a-z0-9.-]+$/.test(account)
      ? `system:serviceaccount:${account}`
      : refuseOption(at, 'is not written as "namespace:name".'),
  );
}
