import { type Finding, finding } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';
import { isSecure, webAddress } from '../web-address.js';
import { listFindings } from './list.rules.js';
import { stringFault, unfilledFault } from './text.rules.js';

/** What both adapters take as itself in the path of a route, and what needs no escape in a header. */
const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/;
/** RFC 6749 section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Judges the identifier of the API. */
export function* resourceFindings(value: unknown): Iterable<Finding> {
  if (value === undefined)
    yield {
      ...finding(
        'missing. Give the address clients use for this API, like "https://api.example.com".',
      ),
      isAbsence: true,
    };
  else yield* servedAddressFindings(value);
}

/** Judges an address at which the document is served. */
export function* documentUrlFindings(value: unknown): Iterable<Finding> {
  const fault = textFault(value) ?? servedAddressFault(String(value));
  if (fault !== undefined) yield finding(fault);
  else if (new URL(String(value)).pathname === '/')
    yield finding(`${shownValue(value)} has no path. Name the address of the document itself.`);
}

function* servedAddressFindings(value: unknown): Iterable<Finding> {
  const fault = textFault(value) ?? servedAddressFault(String(value));
  if (fault !== undefined) yield finding(fault);
}

/** Judges the address of something for people. */
export function* documentAddressFindings(value: unknown): Iterable<Finding> {
  const fault = textFault(value);
  if (fault !== undefined) yield finding(fault);
  else if (webAddress(String(value)) === undefined)
    yield finding(`${shownValue(value)} is not an https: URL. Write the whole address.`);
}

/** Judges the scopes that are made known. */
export function scopesFindings(value: unknown): Iterable<Finding> {
  const remedies = {
    noList: 'List scopes, like ["notes:read"].',
    empty: 'Name at least one, or leave the option out.',
  };
  return listFindings(value, remedies, (scope) => {
    if (typeof scope === 'string' && SCOPE_TOKEN.test(scope)) return undefined;
    return `${shownValue(scope)} is not a scope: white space, quotes and backslashes have no place in one (RFC 6749 section 3.3). List each by itself.`;
  });
}

/** Judges a name for people. */
export function* nameFindings(value: unknown): Iterable<Finding> {
  const fault = textFault(value);
  if (fault !== undefined) yield finding(fault);
}

function textFault(value: unknown): string | undefined {
  return stringFault(value) ?? unfilledFault(String(value));
}

function servedAddressFault(text: string): string | undefined {
  const address = webAddress(text);
  const shown = shownValue(text);
  if (address === undefined || address.username !== '' || address.password !== '')
    return `${shown} is not a plain https: URL. Write the whole address, like "https://api.example.com".`;
  if (/[?#]/.test(text))
    return `${shown} has a query or fragment, which clients could not match (RFC 9728 section 1.2). Remove it.`;
  if (!PLAIN_PATH.test(address.pathname))
    return `${shown} has a path that is not plain. Use letters, digits, "-", ".", "_", "~" and "/".`;
  if (/.\/$/.test(address.pathname))
    return `${shown} has a path that ends with a slash, which clients treat in different ways. Remove the slash.`;
  if (!isSecure(address))
    return `${shown} is an http: address beyond loopback, and clients refuse those (RFC 9728 section 1.2). Use https:.`;
  return undefined;
}
