import { shownValue } from '../util/shown-value.js';
import { isSecure } from '../../config/web-address.js';
import { PrivateAddressCheck } from './private-address-check.js';
import { describeFailure } from './failure-description.js';
import type { FetchedJson, GetJson } from './json-fetcher.js';

/** The members that are read from an authorization server's metadata (RFC 8414 section 2). */
interface Metadata {
  readonly issuer?: unknown;
  readonly jwks_uri?: unknown;
  readonly introspection_endpoint?: unknown;
}

/** A member that names an address, what is there, and where the configuration can name it instead. */
interface NamedAddress {
  readonly member: 'jwks_uri' | 'introspection_endpoint';
  readonly what: string;
  readonly option: string;
}

const KEYS: NamedAddress = { member: 'jwks_uri', what: 'keys', option: 'keys.jwksUri' };
const INTROSPECTION: NamedAddress = {
  member: 'introspection_endpoint',
  what: 'introspection',
  option: 'introspection.endpoint',
};

/** What is known about an issuer before its metadata is read. */
export interface DiscoveryTerms {
  /** The exact issuer, which the document must name. */
  readonly issuer: string;
  /** The document to read instead of the two standard places. */
  readonly documentUrl: string | undefined;
  /** Whether keys may be fetched over `http:` from other machines. */
  readonly allowInsecure: boolean;
}

/** An address that an issuer's metadata names, and the guard that limits where it may lead. */
export interface DiscoveredAddress {
  readonly url: string;
  /**
   * Absent when a function of the application fetches: what it connects to is not known here. Also absent
   * when a proxy fetched the metadata from the same origin: the configuration itself leads there.
   */
  readonly guard: PrivateAddressCheck | undefined;
  /** Advice for when the fetch fails, where a missing proxy may be the cause. */
  readonly remedy?: string | undefined;
}

/**
 * Finds an issuer's keys by its metadata document: OpenID Connect Discovery 1.0 section 4, then
 * RFC 8414 section 3.
 *
 * @throws Error when no document can be fetched, or it names another issuer or no usable `jwks_uri`.
 */
export function discoverKeys(terms: DiscoveryTerms, getJson: GetJson): Promise<DiscoveredAddress> {
  return discover(KEYS, terms, getJson);
}

/**
 * The same for the introspection endpoint (RFC 8414 section 2).
 *
 * @throws Error when no document can be fetched, or it names another issuer or no usable
 * `introspection_endpoint`.
 */
export function discoverIntrospection(
  terms: DiscoveryTerms,
  getJson: GetJson,
): Promise<DiscoveredAddress> {
  return discover(INTROSPECTION, terms, getJson);
}

async function discover(
  named: NamedAddress,
  terms: DiscoveryTerms,
  getJson: GetJson,
): Promise<DiscoveredAddress> {
  const failures: unknown[] = [];
  const { issuer, documentUrl } = terms;
  for (const url of documentUrl === undefined ? metadataUrls(issuer) : [documentUrl]) {
    try {
      const { json, response } = await getJson(url);
      const address = addressIn(json as Metadata, named, url, terms);
      return guarded(address, named, url, response);
    } catch (cause) {
      failures.push(cause);
    }
  }
  throw new AggregateError(
    failures,
    failures.map((failure) => describeFailure(failure)).join('; '),
  );
}

function guarded(
  url: string,
  { option }: NamedAddress,
  documentUrl: string,
  { reached, isProxied }: FetchedJson['response'],
): DiscoveredAddress {
  if (reached === undefined) return { url, guard: undefined };
  if (isProxied !== true) return { url, guard: new PrivateAddressCheck(reached, option) };
  const { origin, host } = new URL(url);
  return origin === new URL(documentUrl).origin
    ? { url, guard: undefined }
    : {
        url,
        guard: new PrivateAddressCheck(reached, option),
        remedy: `the proxy of the environment is not asked for ${host}, which only the metadata names; if that is right, name its address in ${option}`,
      };
}

/** Long enough for a reader to see where two addresses differ. */
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

function addressIn(
  metadata: Metadata | null,
  { member, what, option }: NamedAddress,
  url: string,
  { issuer, allowInsecure }: DiscoveryTerms,
): string {
  if (typeof metadata !== 'object' || metadata === null)
    throw new Error(`${url} is not a metadata document`);
  // RFC 8414 section 3.3: it must be identical, or the document belongs to another issuer.
  if (metadata.issuer !== issuer)
    throw new Error(
      `${url} names the issuer ${shownValue(metadata.issuer, MAX_SHOWN)}, and the configuration says ${shownValue(issuer, MAX_SHOWN)}`,
    );
  const address = metadata[member];
  if (typeof address !== 'string' || !URL.canParse(address))
    throw new Error(`${url} has no usable "${member}"`);
  // Over a weaker channel than the metadata's, the response could be replaced in transit.
  const [from, to] = [new URL(url), new URL(address)];
  const there = `the "${member}" ${shownValue(address, MAX_SHOWN)} of ${url}`;
  if (to.protocol !== from.protocol)
    throw new Error(
      `${there} has another scheme, and ${SAME_SCHEME[member]}. ` +
        `Does the issuer know its public address, behind its proxy? Else name the address of the ${what} in ${option}`,
    );
  if (!isSecure(to) && !allowInsecure)
    throw new Error(`${there} is an insecure one: it must be https:, or on this machine`);
  return address;
}

const SAME_SCHEME: Readonly<Record<NamedAddress['member'], string>> = {
  jwks_uri: 'keys are fetched over that of the metadata alone',
  introspection_endpoint: 'tokens are sent over that of the metadata alone',
};
