import { shownValue } from '../util/shown-value.js';
import { isSecure } from '../../config/web-address.js';
import { AddressGuard } from './private-address-check.js';
import { describeFailure } from './failure-description.js';
import type { FetchedJson, GetJson } from './json-fetcher.js';

/** Members of an authorization server's metadata that are read (RFC 8414 section 2). */
interface Metadata {
  readonly issuer?: unknown;
  readonly jwks_uri?: unknown;
}

/** What is known of an issuer before its metadata is read. */
export interface DiscoveryTerms {
  /** The exact issuer, which the document must name. */
  readonly issuer: string;
  /** The document to read instead of the two standard places. */
  readonly documentUrl: string | undefined;
  /** Whether keys may come over `http:` from beyond loopback. */
  readonly allowInsecure: boolean;
}

/** Where the keys are, and what keeps that address in its bounds. */
export interface DiscoveredKeys {
  readonly jwksUri: string;
  /**
   * Absent when a function of the application fetches: what it connects to is not known here. And when a proxy
   * is asked for the place that it was asked for the metadata: it leads where the configuration does.
   */
  readonly guard: AddressGuard | undefined;
  /** What to say when they can't be had, where that may be for want of a proxy. */
  readonly remedy?: string | undefined;
}

/**
 * Where an issuer's keys are, by its metadata document: OpenID Connect Discovery 1.0 section 4, then
 * RFC 8414 section 3.
 *
 * @throws Error when no document can be had, or it names another issuer or no usable `jwks_uri`.
 */
export async function discoverKeys(
  terms: DiscoveryTerms,
  getJson: GetJson,
): Promise<DiscoveredKeys> {
  const failures: Error[] = [];
  const { issuer, documentUrl } = terms;
  for (const url of documentUrl === undefined ? metadataUrls(issuer) : [documentUrl]) {
    try {
      const { json, response } = await getJson(url);
      const jwksUri = jwksUriOf(json as Metadata, url, terms);
      return guarded(jwksUri, url, response);
    } catch (cause) {
      failures.push(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }
  throw new AggregateError(
    failures,
    failures.map((failure) => describeFailure(failure)).join('; '),
  );
}

function guarded(
  jwksUri: string,
  documentUrl: string,
  { reached, isProxied }: FetchedJson['response'],
): DiscoveredKeys {
  if (reached === undefined) return { jwksUri, guard: undefined };
  if (isProxied !== true) return { jwksUri, guard: new AddressGuard(reached) };
  const { origin, host } = new URL(jwksUri);
  return origin === new URL(documentUrl).origin
    ? { jwksUri, guard: undefined }
    : {
        jwksUri,
        guard: new AddressGuard(reached),
        remedy: `the proxy of the environment is not asked for ${host}, which only the metadata names; if that is right, name its address in keys.jwksUri`,
      };
}

/** Two addresses are compared by eye where they differ, which may be late. */
const MAX_SHOWN = 200;

/** The two standard places of an issuer's metadata. */
export function metadataUrls(issuer: string): readonly string[] {
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  return [
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

function jwksUriOf(
  metadata: Metadata | null,
  url: string,
  { issuer, allowInsecure }: DiscoveryTerms,
): string {
  if (typeof metadata !== 'object' || metadata === null)
    throw new Error(`${url} is not a metadata document`);
  // RFC 8414 section 3.3: identical, or the document belongs to somebody else.
  if (metadata.issuer !== issuer)
    throw new Error(
      `${url} names the issuer ${shownValue(metadata.issuer, MAX_SHOWN)}, and the configuration says ${shownValue(issuer, MAX_SHOWN)}`,
    );
  const { jwks_uri: jwksUri } = metadata;
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri))
    throw new Error(`${url} has no usable "jwks_uri"`);
  // Keys fetched over a weaker channel than the metadata could be swapped on the way.
  const [from, to] = [new URL(url), new URL(jwksUri)];
  const there = `the "jwks_uri" ${shownValue(jwksUri, MAX_SHOWN)} of ${url}`;
  if (to.protocol !== from.protocol)
    throw new Error(
      `${there} has another scheme, and keys are fetched over that of the metadata alone. ` +
        'Does the issuer know its public address, behind its proxy? Else name the address of the keys in keys.jwksUri',
    );
  if (!isSecure(to) && !allowInsecure)
    throw new Error(`${there} is an insecure one: it must be https:, or on this machine`);
  return jwksUri;
}
