import { finding, type Finding } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';
import { issuerOfTenant } from '../tenant-template.js';
import { isSecure, webAddress } from '../web-address.js';
import { listFindings } from './list.rules.js';
import { EXAMPLE_TENANT, isTemplate, templateFault, type TemplatePolicy } from './tenant.rules.js';
import { stringFault, stringOrList, unfilledFault } from './text.rules.js';

const METADATA_PATH = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)/;

/** What Entra ID serves metadata for and names in no token. */
const TENANTLESS = /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)\//;

/** Another address behind a separator, or a separator within the host. */
const SEVERAL = /[^,;\s][,;\s]+https?:|^https?:\/\/[^/?#]*[,;]/i;

/** What the rules of addresses depend on. */
export interface AddressPolicy {
  /** `http.allowInsecure`. */
  readonly allowInsecure: boolean;
}

/** What the rules of an issuer depend on. */
export interface IssuerPolicy extends AddressPolicy, TemplatePolicy {
  /** Where an issuer string already stands, when that is not here. */
  usedAt(issuer: string, path: string): string | undefined;
}

/** Judges the exact `iss` of an issuer. */
export function* issuerFindings(value: unknown, policy: IssuerPolicy): Iterable<Finding> {
  const message =
    value === undefined
      ? 'missing. Give the exact "iss" of its tokens; is an environment variable not set?'
      : isTemplate(value)
        ? (templateFault(value, policy) ??
          issuerFault(issuerOfTenant(value, EXAMPLE_TENANT), policy))
        : issuerFault(value, policy);
  const fault = message ?? duplicateFault(String(value), policy.usedAt(String(value), 'issuer'));
  if (fault !== undefined) yield finding(fault);
}

/** Judges further names of an issuer. They are only ever compared, so they need not be addresses. */
export function* issuerAliasFindings(value: unknown, policy: IssuerPolicy): Iterable<Finding> {
  if (policy.tenants !== undefined) {
    yield finding('a template has no aliases. List the other template as an issuer of its own.');
    return;
  }
  const remedies = { noList: 'List further "iss" values, like ["http://keycloak:8080/realms/x"].' };
  yield* listFindings(value, remedies, (alias, index) => {
    const fault = issuerTextFault(alias);
    if (fault !== undefined) return fault;
    return duplicateFault(String(alias), policy.usedAt(String(alias), `issuerAliases[${index}]`));
  });
}

/** Judges one address that is fetched. */
export function* addressFindings(value: unknown, policy: AddressPolicy): Iterable<Finding> {
  const fault = addressFault(value, policy);
  if (fault !== undefined) yield finding(fault);
}

/** Judges one address that is fetched, or several. */
export function addressListFindings(value: unknown, policy: AddressPolicy): Iterable<Finding> {
  const remedies = {
    noList: 'Give one address or a list of them.',
    empty: 'Name at least one address.',
  };
  return stringOrList(value, remedies, (element) => addressFault(element, policy));
}

function issuerFault(value: unknown, policy: IssuerPolicy): string | undefined {
  return issuerTextFault(value) ?? issuerAddressFault(String(value), policy);
}

function issuerTextFault(value: unknown): string | undefined {
  const fault = stringFault(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  if (SEVERAL.test(value)) {
    return `${shownValue(value)} is several issuers in one string. List each as an element of its own.`;
  }
  if (/[\s|\p{Cc}\p{Cf}\p{Cs}]/u.test(value)) {
    return `${shownValue(value)} holds white space, a control character or "|", which separates issuer and subject in Identity.id. Copy the issuer exactly.`;
  }
  return unfilledFault(value);
}

function issuerAddressFault(issuer: string, policy: IssuerPolicy): string | undefined {
  if (TENANTLESS.test(issuer)) {
    return `${shownValue(issuer)} stands in no token: those name their tenant. Use the preset entra, or {tenantid} in its place with tenants.`;
  }
  const address = webAddress(issuer);
  if (address === undefined) {
    if (!policy.isDiscovered) return undefined;
    return `${shownValue(issuer)} is not an https: URL, so its keys cannot be found by discovery. Write the whole URL, or say in keys where the keys are.`;
  }
  if (hasUserinfo(issuer)) {
    return `${shownValue(issuer)} holds credentials, which no issuer has. Remove them; what a key server wants goes into http.headers.`;
  }
  if (policy.isDiscovered && /[?#]/.test(issuer)) {
    return `${shownValue(issuer)} has a query or fragment, which no issuer has (RFC 8414 section 2). Remove it.`;
  }
  if (METADATA_PATH.test(issuer)) {
    return `${shownValue(issuer)} is the address of a metadata document. Write the "issuer" that stands in it; the address may go into keys.discovery.`;
  }
  // AD FS names itself by an http: address. Nothing is fetched from where keys say is elsewhere.
  return policy.isDiscovered ? insecureFault(issuer, address, policy) : undefined;
}

function addressFault(value: unknown, policy: AddressPolicy): string | undefined {
  const fault =
    stringFault(value) ?? (typeof value === 'string' ? unfilledFault(value) : undefined);
  if (fault !== undefined || typeof value !== 'string') return fault;
  const address = webAddress(value);
  if (address === undefined) {
    return `${shownValue(value)} is not an https: URL. Write the whole address, without white space.`;
  }
  if (hasUserinfo(value)) {
    return `${shownValue(value)} holds credentials, which end up in logs. Give them in http.headers.`;
  }
  if (value.includes('#')) {
    return `${shownValue(value)} has a fragment, which is never sent. Remove it.`;
  }
  return insecureFault(value, address, policy);
}

function insecureFault(text: string, address: URL, policy: AddressPolicy): string | undefined {
  if (policy.allowInsecure || isSecure(address)) return undefined;
  return `${shownValue(text)} is an http: address beyond loopback: anybody on the way could replace the keys. Use https:, or set http.allowInsecure.`;
}

function duplicateFault(issuer: string, usedAt: string | undefined): string | undefined {
  if (usedAt === undefined) return undefined;
  return `${shownValue(issuer)} is already used by ${usedAt}. Name every issuer once.`;
}

/** Looked for in the text, because `URL` drops an empty userinfo. */
function hasUserinfo(text: string): boolean {
  return /^[^:]*:\/\/[^/?#]*@/.test(text);
}
