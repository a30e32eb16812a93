import {
  isTemplate,
  isTenantId,
  issuerOfTenant,
  readTenantIssuer,
  TENANT_PLACEHOLDER,
} from '../tenant-template.js';
import { shownValue } from '../../core/util/shown-value.js';
import { isSecure, webAddress } from '../web-address.js';
import type { Fault } from '../findings.js';
import type { Rule } from '../option.js';
import {
  comparedString,
  filledString,
  list,
  oneOrList,
  stringThat,
  unfilledFault,
} from './values.js';

/** Fills a template so that the rules of an issuer can be asked about it. */
const EXAMPLE_TENANT = '00000000-0000-0000-0000-000000000000';
const METADATA_PATH = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)/;
/** What Entra ID serves metadata for and names in no token. */
const TENANTLESS = /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)\//;
/** Another address behind a separator, or a separator within the host. */
const SEVERAL = /[^,;\s][,;\s]+https?:|^https?:\/\/[^/?#]*[,;]/i;
/** No host has one: it is meant as a pattern. */
const WILDCARD = /^https?:\/\/[^/?#]*\*/i;
/** Looked for in the text, because `URL` drops an empty userinfo. */
const USERINFO = /^[^:]*:\/\/[^/?#]*@/;

/** A template as it reads with a tenant; any other issuer as it is. */
function withTenant(issuer: string): string {
  return issuer.replaceAll(TENANT_PLACEHOLDER, EXAMPLE_TENANT);
}

/** The exact `iss` of an issuer, or a template of such. One that is only compared need be no address. */
export const issuerName = stringThat((text) => {
  const issuer = withTenant(text);
  const shown = shownValue(issuer);
  if (SEVERAL.test(issuer))
    return `${shown} is several issuers in one string. List each as an element of its own.`;
  if (/[\s|\p{Cc}\p{Cf}\p{Cs}]/u.test(issuer))
    return `${shown} holds white space, a control character or "|", which separates issuer and subject in Identity.id. Copy the issuer exactly.`;
  return unfilledFault(issuer);
});

/** Further names of an issuer. */
export const issuerAliases = list(
  issuerName,
  'List further "iss" values, like ["http://keycloak:8080/realms/x"].',
);

/** What is wrong with an issuer as an address, from which keys are found or not. */
export function issuerAddressFault(
  issuer: string,
  isDiscovered: boolean,
  allowInsecure: boolean,
): Fault {
  const text = withTenant(issuer);
  const shown = shownValue(text);
  if (TENANTLESS.test(text))
    return `${shown} is in no token: tokens name their tenant. Use the preset entra, or {tenantid} in its place with tenants.`;
  const isAddress = webAddress(text) !== undefined;
  if (!isAddress && isDiscovered)
    return `${shown} is not an https: URL, so its keys cannot be found by discovery. Write the whole URL, or say in keys where the keys are.`;
  if (!isAddress) return undefined;
  if (USERINFO.test(text))
    return `${shown} holds credentials, which no issuer has. Remove them; what a key server wants goes into http.headers.`;
  if (isDiscovered && /[?#]/.test(text))
    return `${shown} has a query or fragment, which no issuer has (RFC 8414 section 2). Remove it.`;
  if (WILDCARD.test(text))
    return `${shown} has "*" in its host. Issuers are compared character by character: list each, or decide about them in resolveIssuer.`;
  if (METADATA_PATH.test(text))
    return `${shown} is the address of a metadata document. Write the "issuer" that it contains; the address may go into keys.discovery.`;
  // AD FS names itself by an http: address. Nothing is fetched from where keys say is elsewhere.
  return isDiscovered && !allowInsecure && insecureFault(text);
}

/** What is wrong with an issuer that holds the placeholder. */
export function templateFault(template: string, hasTenants: boolean, isDiscovered: boolean): Fault {
  const shown = shownValue(template);
  if (!hasTenants)
    return `${shown} is a template. List the trusted tenants in tenants, or write tenants: "any".`;
  if (/^[a-z]+:\/\/\{tenantid\}(?:[/:]|$)/i.test(template))
    return `${shown} names no host. The tenant belongs in the path.`;
  const issuer = issuerOfTenant(template, EXAMPLE_TENANT);
  if (isTemplate(issuer) || readTenantIssuer(issuer)?.template !== template)
    return `${shown} is not a template: ${TENANT_PLACEHOLDER} must be in it once, as a whole segment of the path, with no GUID before it.`;
  if (isDiscovered)
    return `${shown} is a template, so its keys cannot be found from it. Say in keys where they are, like { discovery: "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration" }.`;
}

const tenantIds = list(
  (tenant) =>
    !(typeof tenant === 'string' && isTenantId(tenant)) &&
    `${shownValue(tenant)} is not a tenant id. Write the GUID in lower case, as tokens carry it in "tid".`,
  'List tenant ids, or write "any".',
  'No token could be accepted: name a tenant, or write "any".',
);

/** The tenants of a template. */
export const tenants: Rule = (value) => value !== 'any' && tenantIds(value);

/** An address that is fetched. */
export const address = filledString((text, shown) => {
  if (webAddress(text) === undefined)
    return `${shown} is not an https: URL. Write the whole address, without white space.`;
  if (USERINFO.test(text))
    return `${shown} holds credentials, which end up in logs. Give them in http.headers.`;
  return text.includes('#') && `${shown} has a fragment, which is never sent. Remove it.`;
});

/** Where the `kid` of a token is put into an address. */
export const KEY_ID_PLACE = '{kid}';

/** An address in whose path the `kid` of a token is a segment, or the beginning of one. */
export const addressByKeyId = stringThat((text, shown) => {
  const [before = '', after, ...more] = text.split(KEY_ID_PLACE);
  const isInPath = /^https?:\/\/[^/]+\/(?:[^?#]*\/)?$/i.test(before);
  if (after === undefined || more.length > 0 || !isInPath)
    return `${shown} does not say where the "kid" of a token goes. Write {kid} once, as a segment of the path: "https://keys.example.com/{kid}".`;
  return address(`${before}kid${after}`);
});

/** One address that is fetched, or several. */
export const addresses = oneOrList(
  address,
  'Give one address or a list of them.',
  'Name at least one address.',
);

/** What is wrong with an address from which keys come, unless that is allowed. */
export function insecureFault(text: string): Fault {
  const url = webAddress(text.replace(KEY_ID_PLACE, 'kid'));
  if (url !== undefined && !isSecure(url))
    return `${shownValue(text)} is an http: address beyond loopback: anyone on the way could replace the keys. Use https:, or set http.allowInsecure.`;
}

/** The remedy for origins that are no list, or missing. */
export const LIST_ORIGINS = 'List origins, like ["https://login.example.com"].';

/** The origins of issuers that are resolved. */
export const origins = list(
  (value) => {
    const fault = comparedString(value);
    if (fault) return fault;
    const text = String(value);
    const origin = webAddress(text)?.origin;
    if (text.includes('*'))
      return `${shownValue(text)} is a pattern. Origins are compared exactly: list each.`;
    if (origin === text) return undefined;
    const right =
      origin === undefined
        ? 'scheme and host, like "https://login.example.com"'
        : shownValue(origin);
    return `${shownValue(text)} is not an origin. Write ${right}.`;
  },
  LIST_ORIGINS,
  'No issuer could be resolved: name an origin.',
);
