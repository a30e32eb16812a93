/**
 * What the API says of itself as a protected resource (RFC 9728 section 2). The authorization servers
 * are those of the trust list that are named by an address, the bearer methods those of `tokenSources`.
 */
export interface ResourceMetadataConfig {
  /**
   * The API's own identifier: the exact `https:` address clients use for it (`http:` only on loopback),
   * with its path if it has one, without a slash at its end, query and fragment. It is never taken from
   * a request. Mandatory.
   */
  readonly resource: string;

  /**
   * Where clients fetch the document, for a proxy that hands only part of the address space on. The
   * document is served at the path of this address too. Absent: the well-known address of `resource`
   * (RFC 9728 section 3.1).
   */
  readonly url?: string;

  /**
   * Scopes clients may ask for, at least one: all that a client will ever need, since the refresh of today's MCP
   * clients asks for none and gets those of the first login. `offline_access` is no scope of an API: it is a warning
   * at start. Absent: not said.
   */
  readonly scopesSupported?: readonly string[];

  /** The API's name, for people. Absent: not said. */
  readonly resourceName?: string;

  /** Address of the API's documentation for developers. Absent: not said. */
  readonly resourceDocumentation?: string;

  /** Address of what clients may do with the data. Absent: not said. */
  readonly resourcePolicyUri?: string;

  /** Address of the terms of service. Absent: not said. */
  readonly resourceTosUri?: string;
}

/** The path under which RFC 9728 puts the document; the resource's own path goes behind it. */
export const WELL_KNOWN_PATH = '/.well-known/oauth-protected-resource';

/** Where clients fetch the document of a sound configuration (RFC 9728 section 3.1). */
export function metadataAddressOf({ resource, url }: ResourceMetadataConfig): string {
  if (url !== undefined) return url;
  const { origin, pathname } = new URL(resource);
  return origin + WELL_KNOWN_PATH + (pathname === '/' ? '' : pathname);
}
