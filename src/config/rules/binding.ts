import { isIP } from 'node:net';
import { HMAC_SECRET_BYTES } from '../../core/jose/algorithm-names.js';
import { kindOf, memberSuffix, shownValue } from '../../core/util/shown-value.js';
import { below, type Fault, type Found } from '../findings.js';
import { nearestName } from '../nearest-name.js';
import type { Check, Rule } from '../option.js';
import { isOptionsObject, type Members } from '../value-kinds.js';
import { isSecure, webAddress } from '../web-address.js';
import { isTokenName } from './requests.js';
import { algorithms, secretLengthFault, sharedSecret } from './secrets.js';
import { elementFaults, filledString, list, oneOf, stringThat } from './values.js';

/** The origin of the API, as clients write it. */
export const origin = filledString((text, shown) => {
  const address = webAddress(text);
  if (address === undefined)
    return `${shown} is not an origin. Write scheme and host, like "https://api.example.com".`;
  if (address.origin !== text)
    return `${shown} is not an origin as browsers write it. Write ${shownValue(address.origin)}; a prefix of its paths belongs in paths.`;
  if (!isSecure(address))
    return `${shown} is an http: address beyond loopback, where tokens would travel in the open. Use https:.`;
});

const PATHS_HOW = 'List prefixes, like [{ from: "/", to: "/api" }].';
const PREFIX = /^\/[\w\-.~%!$&'()*+,;=:@/]*$/;
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;

/** Path prefixes that a gateway rewrites. */
export const paths: Rule = (value) => {
  if (!Array.isArray(value)) return `${shownValue(value)} is not a list. ${PATHS_HOW}`;
  const first = new Map<unknown, number>();
  return elementFaults(value, (element, index) => {
    const fault = prefixFault(element);
    if (fault !== undefined) return fault;
    const { from } = element as Members;
    const before = first.get(from);
    if (before === undefined) first.set(from, index);
    else return `from is the same as that of [${before}]. Name every prefix once.`;
  });
};

function prefixFault(element: unknown): Found {
  if (!isOptionsObject(element)) return `${kindOf(element)} is not a prefix. ${PATHS_HOW}`;
  const { from, to, ...others } = element;
  const unknown = Object.keys(others).map((name) =>
    below(memberSuffix(name), 'unknown option. Known here: from, to.'),
  );
  const found = [below('.from', pathPrefix(from)), below('.to', pathPrefix(to)), ...unknown].flat();
  return found.length === 0 ? undefined : found;
}

const pathPrefix: Check = stringThat(
  (text, shown): Fault =>
    (!PREFIX.test(text) || DOT_SEGMENT.test(text)) &&
    `${shown} is not a path. Begin with a slash and write whole segments, without query and dot segments, like "/api".`,
);

/** Algorithms of proofs. */
export const proofAlgorithms: Rule = (value) => {
  const found = algorithms(value);
  if (!Array.isArray(found) || found.length > 0) return found;
  return elementFaults(
    value as readonly unknown[],
    (name) =>
      Object.hasOwn(HMAC_SECRET_BYTES, String(name)) &&
      `${shownValue(name)} signs with a shared secret, and the key of a proof is public (RFC 9449 section 4.3). Name an asymmetric algorithm.`,
  );
};

/** The secret behind nonces, as long as what HMAC with SHA-256 wants. */
export const nonceSecret: Check = (value) =>
  sharedSecret(value) || secretLengthFault(value, ['HS256']);

const SOURCE_HOW =
  'Write "connection", { header, format, trustedProxies } or a function of the request.';

/** Of two lines of these Node keeps the first, and says nothing; some are lists, and some are the token's. */
const NOT_FOR_CERTIFICATES: ReadonlySet<string> = new Set(
  (
    'age authorization connection content-length content-type cookie dpop etag expires forwarded from host ' +
    'if-modified-since if-unmodified-since last-modified location max-forwards proxy-authorization referer ' +
    'retry-after server set-cookie user-agent x-forwarded-for x-forwarded-host x-forwarded-proto'
  ).split(' '),
);

const HEADER_MEMBERS = {
  header: filledString((name, shown) => {
    if (!isTokenName(name))
      return `${shown} is not the name of a header. Write it like "client-cert".`;
    return (
      NOT_FOR_CERTIFICATES.has(name.toLowerCase()) &&
      `${shown} has a meaning of its own. Have the proxy use a header for the certificate alone, like "client-cert".`
    );
  }),
  format: oneOf('rfc9440', 'xfcc', 'escaped-pem', 'base64-der'),
  trustedProxies: list(
    filledString(networkFault),
    'List the addresses of your proxies, like ["10.0.0.0/8"].',
    'No header would be trusted: name the addresses of your proxies, like ["10.0.0.0/8"].',
  ),
} satisfies Readonly<Record<string, Rule>>;

const KNOWN_MEMBERS = Object.keys(HEADER_MEMBERS);

/** Where the certificate of a client comes from. */
export const certificateSource: Rule = (value) => {
  if (value === 'connection' || typeof value === 'function') return undefined;
  if (!isOptionsObject(value))
    return `${shownValue(value)} is not a source of certificates. ${SOURCE_HOW}`;
  const unknown = Object.keys(value).filter((name) => !KNOWN_MEMBERS.includes(name));
  return [
    ...unknown.flatMap((name) => below(memberSuffix(name), unknownFault(name))),
    ...Object.entries(HEADER_MEMBERS).flatMap(([name, rule]) =>
      below(`.${name}`, rule(value[name])),
    ),
  ];
};

function unknownFault(name: string): Fault {
  const meant = nearestName(name, KNOWN_MEMBERS);
  const remedy =
    meant === undefined ? `Known here: ${KNOWN_MEMBERS.join(', ')}.` : `Did you mean ${meant}?`;
  return `unknown option. ${remedy}`;
}

/** What is wrong with an address or a network in CIDR notation (RFC 4632 section 3.1, RFC 4291 section 2.3). */
function networkFault(entry: string, shown: string): Fault {
  const [address = '', prefix, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0)
    return `${shown} is neither an address nor a network. Write it like "10.0.0.7" or "10.0.0.0/8"; names are not looked up.`;
  if (prefix === undefined) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits)
    return `${shown} has a prefix that is not a number from 1 to ${bits}.`;
  return (
    prefix === '0' &&
    `${shown} is every address: anyone who reaches the API could write the header. Name the addresses of your proxies.`
  );
}
