import type { ResolvedAuthConfig } from '../../../config/resolved-config.js';
import { isNamedHeader, type TokenSource } from '../../../config/token-source.js';
import type { ResourceMetadataConfig } from '../../../config/served-documents-config.js';
import { webAddress } from '../../../config/web-address.js';

/** The metadata document of a protected resource (RFC 9728 section 2). What is `undefined` is not in it. */
export interface ProtectedResourceDocument {
  readonly resource: string;
  readonly authorization_servers: readonly string[] | undefined;
  readonly bearer_methods_supported: readonly string[];
  readonly scopes_supported: readonly string[] | undefined;
  readonly tls_client_certificate_bound_access_tokens: true | undefined;
  readonly dpop_signing_alg_values_supported: readonly string[] | undefined;
  readonly dpop_bound_access_tokens_required: boolean | undefined;
  readonly resource_name: string | undefined;
  readonly resource_documentation: string | undefined;
  readonly resource_policy_uri: string | undefined;
  readonly resource_tos_uri: string | undefined;
}

const BEARER_METHODS = ['header', 'body', 'query'] as const;

/** @param issuers what the trusted issuers are called. Names that are no address, templates of several among them, lead a client nowhere and are left out. */
export function protectedResourceDocument(
  config: ResourceMetadataConfig,
  issuers: readonly string[],
  { tokenSources, dpop }: Pick<ResolvedAuthConfig, 'tokenSources' | 'dpop'>,
  accepts: { readonly boundToCertificates: boolean },
): ProtectedResourceDocument {
  const servers = issuers.filter(
    (issuer) => webAddress(issuer) !== undefined && !issuer.includes('{'),
  );
  return {
    resource: config.resource,
    // RFC 9728 section 3.2: a parameter without elements is left out.
    authorization_servers: servers.length > 0 ? servers : undefined,
    // Here the empty list has a meaning: none of the methods of RFC 6750.
    bearer_methods_supported: BEARER_METHODS.filter((method) =>
      tokenSources.some((source) => source === method || isNamed(source, method)),
    ),
    scopes_supported: config.scopesSupported,
    tls_client_certificate_bound_access_tokens: accepts.boundToCertificates || undefined,
    dpop_signing_alg_values_supported: dpop?.algorithms,
    // RFC 9728 section 2: absent, it is false.
    dpop_bound_access_tokens_required: dpop?.isRequired || undefined,
    resource_name: config.resourceName,
    resource_documentation: config.resourceDocumentation,
    resource_policy_uri: config.resourcePolicyUri,
    resource_tos_uri: config.resourceTosUri,
  };
}

function isNamed(source: TokenSource, method: string): boolean {
  // A header of another name is not one of the methods of RFC 6750.
  return typeof source === 'object' && !isNamedHeader(source) && method in source;
}
