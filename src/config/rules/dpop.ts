import { HMAC_SECRET_BYTES } from '../../core/jose/algorithm-names.js';
import { kindOf, memberSuffix, shownValue } from '../../core/util/shown-value.js';
import { below, type Fault, type Found } from '../findings.js';
import type { Check, Relation, Rule } from '../option.js';
import { isOptionsObject, type Members } from '../value-kinds.js';
import { isSecure, webAddress } from '../web-address.js';
import { algorithms, secretLengthFault, sharedSecret } from './secrets.js';
import { elementFaults, filledString, stringThat } from './values.js';

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
  const found = [below('.from', prefix(from)), below('.to', prefix(to)), ...unknown].flat();
  return found.length === 0 ? undefined : found;
}

const prefix: Check = stringThat(
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

/** What remembers used proofs. */
export const replay: Rule = (value) => {
  if (value === 'this-process' || value === 'elsewhere') return undefined;
  const { reserve } = Object(value) as { readonly reserve?: unknown };
  return (
    typeof reserve !== 'function' &&
    `${typeof value === 'string' ? shownValue(value) : kindOf(value)} is no replay store. Write "this-process", "elsewhere", or an object with a method reserve(key, untilSeconds), such as RedisReplayStore.`
  );
};

const ORIGIN_MISSING =
  'missing. A proof names the address of the API, which is never taken from a request: give the origin, like "https://api.example.com", or resourceMetadata with the resource.';

/** DPoP has an origin. */
export const originKnown: Relation = (dpop, { resourceMetadata }) =>
  isOn(membersOf(dpop)['mode']) &&
  !hasOrigin(dpop, resourceMetadata) &&
  below('.origin', ORIGIN_MISSING);

/** The module has an origin for the DPoP of an issuer. */
export const moduleHasOrigin: Relation = (mode, _siblings, { owner }) =>
  isOn(mode) &&
  !hasOrigin(owner['dpop'], owner['resourceMetadata']) &&
  'needs the origin of this API, which a proof names. Give the module dpop: { origin: "https://api.example.com" }, or dpop: {} where resourceMetadata is given.';

function isOn(mode: unknown): boolean {
  return mode === 'allowed' || mode === 'required';
}

function hasOrigin(dpop: unknown, resourceMetadata: unknown): boolean {
  return (
    membersOf(dpop)['origin'] !== undefined || membersOf(resourceMetadata)['resource'] !== undefined
  );
}

function membersOf(options: unknown): Members {
  return isOptionsObject(options) ? options : {};
}
