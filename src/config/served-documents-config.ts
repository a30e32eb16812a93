/**
 * What the API says about itself as a protected resource. The authorization servers are those of the trust list
 * that have an address; the bearer methods are those of `tokenSources`.
 *
 * @see RFC 9728 section 2
 */
export interface ResourceMetadataConfig {
  /**
   * The API's own identifier: the exact `https:` address clients use for it (`http:` only on loopback), with
   * its path if it has one. The path does not end with a slash. There is no query and no fragment. It is
   * never taken from a request. Mandatory.
   */
  readonly resource: string;

  /**
   * Where clients fetch the document, for a proxy that forwards only part of the address space. The document is
   * served at the path of this address too. Absent: the well-known address of `resource`.
   *
   * @see RFC 9728 section 3.1
   */
  readonly url?: string;

  /**
   * Scopes clients may ask for, at least one. Name all that a client will ever need: today's MCP clients ask
   * for none when they refresh, and get those of the first login. `offline_access` is no scope of an API: it
   * causes a warning at start. Absent: left out.
   */
  readonly scopesSupported?: readonly string[];

  /** The API's name, for people. Absent: left out. */
  readonly resourceName?: string;

  /** Address of the API's documentation for developers. Absent: left out. */
  readonly resourceDocumentation?: string;

  /** Address of what clients may do with the data. Absent: left out. */
  readonly resourcePolicyUri?: string;

  /** Address of the terms of service. Absent: left out. */
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

/** Where the error reference is served, and under which address clients reach it. */
export interface ErrorReferenceConfig {
  /**
   * Path of the index, below the application's global prefix. Topics follow it, as in `/errors/UNAUTHORIZED`.
   * Begins with a slash and ends without one; its segments are of letters, digits, `.`, `_`, `~` and `-`.
   *
   * @default `/errors`
   */
  readonly path?: string;
  /**
   * The whole address of the index as clients see it, such as `https://api.example.com/errors`, for
   * `error_uri`. You need it behind a proxy that changes paths. The `exclude` of `setGlobalPrefix` does not
   * reach the pages.
   *
   * @default the path with the application's global prefix
   * @see RFC 6750 section 3
   */
  readonly url?: string;
}
