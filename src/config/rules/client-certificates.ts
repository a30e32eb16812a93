import { isIP } from 'node:net';
import { memberSuffix, shownValue } from '../../core/util/shown-value.js';
import { below, type Fault } from '../findings.js';
import { nearestName } from '../nearest-name.js';
import type { Rule } from '../option.js';
import { isOptionsObject } from '../value-kinds.js';
import { isTokenName } from './requests.js';
import { filledString, list, oneOf } from './values.js';

const HOW = 'Write "connection", { header, format, trustedProxies } or a function of the request.';

/** Of two lines of these Node keeps the first, and says nothing; some are lists, and some are the token's. */
const NOT_FOR_CERTIFICATES: ReadonlySet<string> = new Set(
  (
    'age authorization connection content-length content-type cookie dpop etag expires forwarded from host ' +
    'if-modified-since if-unmodified-since last-modified location max-forwards proxy-authorization referer ' +
    'retry-after server set-cookie user-agent x-forwarded-for x-forwarded-host x-forwarded-proto'
  ).split(' '),
);

const MEMBERS = {
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
    'No header would be believed: name the addresses of your proxies, like ["10.0.0.0/8"].',
  ),
} satisfies Readonly<Record<string, Rule>>;

const KNOWN = Object.keys(MEMBERS);

/** Where the certificate of a client comes from. */
export const certificateSource: Rule = (value) => {
  if (value === 'connection' || typeof value === 'function') return undefined;
  if (!isOptionsObject(value))
    return `${shownValue(value)} is not a source of certificates. ${HOW}`;
  const unknown = Object.keys(value).filter((name) => !KNOWN.includes(name));
  return [
    ...unknown.flatMap((name) => below(memberSuffix(name), unknownFault(name))),
    ...Object.entries(MEMBERS).flatMap(([name, rule]) => below(`.${name}`, rule(value[name]))),
  ];
};

function unknownFault(name: string): Fault {
  const meant = nearestName(name, KNOWN);
  const remedy =
    meant === undefined ? `Known here: ${KNOWN.join(', ')}.` : `Did you mean ${meant}?`;
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
