import { isTemplate, issuerOfTenant, TENANT_PLACEHOLDER } from './tenant-template.js';
import { narrowsAccess } from './token-kind.js';
import { memberPath, shownValue } from '../core/util/shown-value.js';
import { isOptionsObject, type Members } from './value-kinds.js';
import { type Fault, type Found, below } from './findings.js';
import { optionNames, type Place, type Relation, type SchemaClass } from './option.js';
import { UNREADABLE } from './read-members.js';
import { insecureFault, issuerAddressFault, templateFault } from './rules/addresses.js';
import { audiencePlaceholderFault } from './rules/claims.js';
import { staticAlgorithms } from './rules/keys.js';
import { ALGORITHM_MISSING, algorithmKeyFault, secretLengthFault } from './rules/secrets.js';
import { elementFaults, holdsPlaceholder, unfilledFault } from './rules/values.js';

/** The remedy for `issuers` that is no list of issuers. */
export const ISSUERS_EXAMPLE = 'List at least one issuer, like ["https://login.example.com"].';

/** Issuers must be listed, unless they can be resolved. */
export const issuersKnown: Relation = (issuers, { resolveIssuer }) => {
  if (resolveIssuer !== undefined) return undefined;
  if (issuers === undefined) return `missing. ${ISSUERS_EXAMPLE}`;
  return Array.isArray(issuers) && issuers.length === 0 && `the list is empty. ${ISSUERS_EXAMPLE}`;
};

/** An issuer goes with its tenants and with where its keys are, and is named once. */
export const issuerFits: Relation = (value, { tenants, keys, http }, place, path) => {
  if (typeof value !== 'string') return undefined;
  const isDiscovered = keys === undefined;
  const again = duplicateFault(value, value, place, path);
  const fault =
    (isTemplate(value) && templateFault(value, tenants !== undefined, isDiscovered)) ||
    issuerAddressFault(value, isDiscovered, allowsInsecure(http));
  return below('', fault || again);
};

/** Only an issuer that is no template has aliases, each used once. */
export const aliasesFit: Relation = (aliases, { tenants }, place, path) => {
  if (aliases === undefined) return undefined;
  if (tenants !== undefined)
    return 'a template has no aliases. List the other template as an issuer of its own.';
  return ofTexts(aliases, (alias, index) => {
    const again = duplicateFault(alias, alias, place, path + index);
    return unfilledFault(alias) || again;
  });
};

/** Only a template has tenants, each used once. */
export const tenantsFit: Relation = (tenants, { issuer }, place, path) => {
  if (tenants === undefined) return undefined;
  if (!isTemplate(issuer))
    return `only a template has tenants. Write ${TENANT_PLACEHOLDER} in issuer in place of the tenant, or leave the option out.`;
  return (
    Array.isArray(tenants) &&
    ofTexts(tenants, (tenant, index) =>
      duplicateFault(tenant, issuerOfTenant(issuer, tenant), place, path + index),
    )
  );
};

/** Silence is not permission; `null` is, where something else narrows what is accepted. */
export const audienceFits: Relation = (audience, siblings, { owner }) => {
  if (audience === undefined && owner['audience'] === undefined)
    return 'missing. Name what its tokens carry in "aud" for this API, here or in the audience of the module; null switches the check off.';
  if (audience === null && !isNarrowed(siblings))
    return 'null accepts tokens that were issued for any other API. Name clientIds, requiredClaims or requiredHeader besides; claims that only tell kinds of token apart, such as typ, are not enough.';
  const allowed = [siblings['allowPlaceholderAudience']].flat();
  return ofTexts(
    audience,
    (text) =>
      holdsPlaceholder(text) &&
      !allowed.includes(text) &&
      audiencePlaceholderFault(text, 'name it in allowPlaceholderAudience as well'),
  );
};

function isNarrowed({ issuer, clientIds, requiredClaims, requiredHeader }: Members): boolean {
  return (
    clientIds !== undefined ||
    requiredHeader !== undefined ||
    requiredClaims === UNREADABLE ||
    Object.entries(membersOf(requiredClaims)).some(([name, expected]) =>
      narrowsAccess(name, expected, issuer),
    )
  );
}

/** What may look like a placeholder are audiences of the issuer, which do. */
export const placeholdersFit: Relation = (allowed, { audience }) =>
  ofTexts(allowed, (text) => {
    if (!holdsPlaceholder(text))
      return `${shownValue(text)} holds no placeholder, so it needs no permission. Remove it.`;
    return (
      ![audience].flat().includes(text) &&
      `${shownValue(text)} is not in audience of this issuer. Write it there as well, exactly like this, or remove it.`
    );
  });

/** Exactly one option of the schema is given. */
export function oneForm(schema: SchemaClass): Relation {
  return (keys, _issuer, { findings }, path) => {
    const given = Object.keys(membersOf(keys));
    if (given.length > 1) return `${given.join(' and ')} are given together. Choose one.`;
    if (given.length === 0 && keys !== undefined && findings.isSound(path))
      return `no form of keys is given. Name one of ${optionNames(schema).join(', ')}; is an environment variable not set?`;
  };
}

/** Where keys come from must be secure, unless `http` allows others. */
export const keysSecure: Relation = (addresses, _keys, { owner: { http } }) =>
  !allowsInsecure(http) && ofTexts(addresses, insecureFault);

/** A secret is as long as the algorithms demand. */
export const secretFits: Relation = (secret, _keys, { owner: { algorithms } }) =>
  secret !== undefined && below('', secretLengthFault(secret, Object.values(algorithms ?? {})));

/** Algorithms go with a secret or with public keys, and at least one has a key. */
export const algorithmsFit: Relation = (algorithms, { keys }, { findings, path: issuer }, path) => {
  const forms = membersOf(keys);
  const hasSecret = forms['secret'] !== undefined;
  if (algorithms === undefined) return hasSecret && ALGORITHM_MISSING;
  const found = ofTexts(algorithms, (name) => algorithmKeyFault(name, hasSecret));
  const isSound = findings.isSound(path) && findings.isSound(memberPath(issuer, 'keys'));
  const verifiable = isSound && below('', found).length === 0 && staticAlgorithms(forms);
  if (!verifiable || (algorithms as string[]).some((name) => verifiable.has(name))) return found;
  return `the given keys can verify none of these, only ${[...verifiable].join(', ')}. Name one of those, or give other keys.`;
};

function duplicateFault(shown: string, issuer: string, { usedAt }: Place, path: string): Fault {
  const first = usedAt(issuer, path);
  return first && `${shownValue(shown)} is already used by ${first}. Name every issuer once.`;
}

/** What is found in a text, or in those of a list. */
function ofTexts(value: unknown, find: (text: string, index: string) => Fault): Found {
  if (typeof value === 'string') return below('', find(value, ''));
  if (!Array.isArray(value)) return undefined;
  const found = elementFaults(
    value,
    (element, index) => typeof element === 'string' && find(element, `[${index}]`),
  );
  return below('', found);
}

export function membersOf(options: unknown): Members {
  return isOptionsObject(options) ? options : {};
}

export function allowsInsecure(http: unknown): boolean {
  return membersOf(http)['allowInsecure'] === true;
}

/** Where the certificate comes from must be said when tokens may be bound to it. */
export const certificateNamed: Relation = (certificate, { mode }) =>
  certificate === undefined &&
  isOn(mode) &&
  'missing. Write "connection" where TLS ends in this application, or { header, format, trustedProxies } behind a proxy that ends it.';

/** The same, of an issuer with a mode of its own. */
export const certificateKnown: Relation = (mode, _issuer, { owner: { mtls } }) =>
  isOn(mode) &&
  membersOf(mtls)['certificate'] === undefined &&
  'needs mtls.certificate of the module, which says where the certificate of a client comes from.';

function isOn(mode: unknown): boolean {
  return mode === 'allowed' || mode === 'required';
}

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

function hasOrigin(dpop: unknown, resourceMetadata: unknown): boolean {
  return (
    membersOf(dpop)['origin'] !== undefined || membersOf(resourceMetadata)['resource'] !== undefined
  );
}
