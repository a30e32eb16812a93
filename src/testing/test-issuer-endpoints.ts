import type { JsonWebKeySet } from '../config/issuer-keys-config.js';
import type { IntrospectedTokens, PostedForm } from './introspected-tokens.js';
import type { SigningAlgorithm } from './signing-algorithms.js';
import type { DiscoveryDocuments } from './test-issuer-options.js';

/** An HTTP answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the documents of an issuer are made from. */
export interface PublishedIssuer {
  readonly issuer: string;
  readonly algorithm: SigningAlgorithm;
  readonly discovery: DiscoveryDocuments;
  /** `undefined`: it does not answer introspection. */
  readonly introspected: IntrospectedTokens | undefined;
  /** Asked for each answer, because keys rotate. */
  jwks(): JsonWebKeySet;
}

/** The documents of one issuer by address; nothing here knows about sockets. */
export class IssuerEndpoints {
  readonly origin: string;
  readonly jwksUri: string;
  readonly introspectionUrl: string;
  readonly #documents: ReadonlyMap<string, () => object>;
  readonly #introspected: IntrospectedTokens | undefined;
  readonly #introspectionPath: string;

  constructor(published: PublishedIssuer) {
    const { issuer, discovery, introspected } = published;
    this.#introspected = introspected;
    // Both specifications drop one terminating slash before they compose an address.
    const base = issuer.replace(/\/$/, '');
    this.origin = new URL(issuer).origin;
    this.jwksUri = `${base}/jwks`;
    this.introspectionUrl = `${base}/introspect`;

    const path = new URL(base).pathname.replace(/\/$/, '');
    this.#introspectionPath = `${path}/introspect`;
    const oidc = `${path}/.well-known/openid-configuration`;
    const oauth = `/.well-known/oauth-authorization-server${path}`;
    const metadata = (): object => metadataOf(published, base, this.jwksUri);
    this.#documents = new Map([
      [`${path}/jwks`, () => published.jwks()],
      ...(discovery === 'oidc' || discovery === 'both' ? [[oidc, metadata] as const] : []),
      ...(discovery === 'oauth' || discovery === 'both' ? [[oauth, metadata] as const] : []),
    ]);
  }

  /** `path` may carry a query, which is ignored. */
  answer(method: string, path: string, posted?: PostedForm): Answer {
    const place = path.replace(/\?.*$/s, '');
    if (this.#introspected && place === this.#introspectionPath)
      return method === 'POST' && posted ? this.#introspected.answer(posted) : emptyAnswer(405);
    const document = this.#documents.get(place);
    if (document === undefined) return emptyAnswer(404);
    if (method !== 'GET') return emptyAnswer(405);
    const body = JSON.stringify(document());
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'content-length': lengthOf(body) },
      body,
    };
  }
}

/** An answer without content, such as an outage gives. */
export function emptyAnswer(status: number): Answer {
  return { status, headers: { 'content-length': '0' }, body: '' };
}

/** The mandatory members of OpenID Connect Discovery 1.0 section 3, which RFC 8414 section 2 shares. */
function metadataOf(
  { issuer, algorithm, introspected }: PublishedIssuer,
  base: string,
  jwksUri: string,
): object {
  return {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    jwks_uri: jwksUri,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [algorithm],
    ...(introspected && { introspection_endpoint: `${base}/introspect` }),
  };
}

function lengthOf(body: string): string {
  return String(Buffer.byteLength(body));
}
