/** Members of an authorization server's metadata that are read (RFC 8414 section 2). */
interface Metadata {
  readonly issuer?: unknown;
  readonly jwks_uri?: unknown;
}

/** Gets one JSON document, or rejects. */
export type GetJson = (url: string) => Promise<unknown>;

/**
 * Where an issuer's keys are, by its metadata document: OpenID Connect Discovery 1.0 section 4, then
 * RFC 8414 section 3.
 *
 * @param documentUrl the document to read instead of the two standard places.
 * @throws Error when no document can be had, or it names another issuer or no usable `jwks_uri`.
 */
export async function discoverJwksUri(
  issuer: string,
  documentUrl: string | undefined,
  getJson: GetJson,
): Promise<string> {
  const failures: Error[] = [];
  for (const url of documentUrl === undefined ? metadataUrls(issuer) : [documentUrl]) {
    try {
      return jwksUriOf((await getJson(url)) as Metadata, issuer, url);
    } catch (cause) {
      failures.push(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }
  throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
}

/** The two standard places of an issuer's metadata. */
export function metadataUrls(issuer: string): readonly string[] {
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  return [
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

function jwksUriOf(metadata: Metadata | null, issuer: string, url: string): string {
  if (typeof metadata !== 'object' || metadata === null)
    throw new Error(`${url} is not a metadata document`);
  // RFC 8414 section 3.3: identical, or the document belongs to somebody else.
  if (metadata.issuer !== issuer)
    throw new Error(
      `${url} names the issuer ${quote(metadata.issuer)}, and the configuration says ${quote(issuer)}`,
    );
  const { jwks_uri: jwksUri } = metadata;
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri))
    throw new Error(`${url} has no usable "jwks_uri"`);
  // Keys fetched over a weaker channel than the metadata could be swapped on the way.
  if (new URL(jwksUri).protocol !== new URL(url).protocol)
    throw new Error(`${url} has a "jwks_uri" of another scheme`);
  return jwksUri;
}

function quote(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'undefined';
}
