import type { JsonWebKeySet } from '../config/trusted-issuer-config.js';
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
  /** Asked for each answer, because keys rotate. */
  jwks(): JsonWebKeySet;
}

/** The documents of one issuer by address; nothing here knows about sockets. */
export class IssuerEndpoints {
  readonly origin: string;
  readonly jwksUri: string;
  readonly #documents: ReadonlyMap<string, () => object>;

  constructor(published: PublishedIssuer) {
    const { issuer, discovery } = published;
    // Both specifications drop one terminating slash before they compose an address.
    const base = issuer.replace(/\/$/, '');
    this.origin = new URL(issuer).origin;
    this.jwksUri = `${base}/jwks`;

    const path = new URL(base).pathname.replace(/\/$/, '');
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
  answer(method: string, path: string): Answer {
    const document = this.#documents.get(path.replace(/\?.*$/s, ''));
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
function metadataOf({ issuer, algorithm }: PublishedIssuer, base: string, jwksUri: string): object {
  return {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    jwks_uri: jwksUri,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [algorithm],
  };
}

function lengthOf(body: string): string {
  return String(Buffer.byteLength(body));
}
