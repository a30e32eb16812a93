import { shownValue } from '../../core/util/shown-value.js';
import { isSecure, webAddress } from '../web-address.js';
import type { Check } from '../option.js';
import { filledString, list, stringThat } from './values.js';

/** What a quoted header value carries as it is (RFC 6750 section 3, RFC 6749 section 3.3). */
const CARRIED = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** The parameters behind `realm` in a challenge, as clients look for them: with patterns that hold no regard for quotes. */
const LOOKS_LIKE_PARAMETER =
  /(?:scope|error|error_description|error_uri|resource_metadata|acr_values|max_age)\s*=/i;

/** What a quoted header value can carry (RFC 9110 section 5.6.4), of a length that fits every log. */
export const realm: Check = (value) => {
  if (typeof value !== 'string' || !/^[\x20-\x7e]{1,128}$/.test(value))
    return `${shownValue(value)} is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".`;
  if (LOOKS_LIKE_PARAMETER.test(value))
    return `${shownValue(value)} looks like a parameter of the challenge to clients that search the header for one. Leave the "=" out.`;
};

/** A path that is served: segments that mean the same to every router and in every quoted header value. */
export function servedPath(example: string): Check {
  return stringThat(
    (path, shown) =>
      !/^(?:\/[\w.~-]+)+$/.test(path) &&
      `${shown} is not a path. Begin with a slash, end without one and use letters, digits, ".", "_", "~" and "-", such as "${example}".`,
  );
}

/** The address of the error reference as clients see it. */
export const referenceUrl = filledString(
  (url, shown) =>
    (!CARRIED.test(url) || /[?#@]|\/$/.test(url) || webAddress(url) === undefined) &&
    `${shown} is not the address of a page. Write the whole address, without credentials, query, fragment and slash at the end, such as "https://api.example.com/errors".`,
);

/** The identifier of the API. Its path is what both adapters take as itself in a route, and no header escapes. */
export const resource = filledString((url, shown) => {
  const address = webAddress(url);
  if (address === undefined || address.username !== '' || address.password !== '')
    return `${shown} is not a plain https: URL. Write the whole address, like "https://api.example.com".`;
  if (/[?#]/.test(url))
    return `${shown} has a query or fragment, which clients could not match (RFC 9728 section 1.2). Remove it.`;
  if (!/^[A-Za-z0-9\-._~/]*$/.test(address.pathname))
    return `${shown} has a path that is not plain. Use letters, digits, "-", ".", "_", "~" and "/".`;
  if (/.\/$/.test(address.pathname))
    return `${shown} has a path that ends with a slash, which clients treat in different ways. Remove the slash.`;
  if (!isSecure(address))
    return `${shown} is an http: address beyond loopback, and clients refuse those (RFC 9728 section 1.2). Use https:.`;
});

/** An address at which the metadata document is served. */
export const documentUrl: Check = (value) =>
  resource(value) ||
  (new URL(String(value)).pathname === '/' &&
    `${shownValue(value)} has no path. Name the address of the document itself.`);

/** The address of something for people. */
export const documentAddress = filledString(
  (url, shown) =>
    webAddress(url) === undefined && `${shown} is not an https: URL. Write the whole address.`,
);

/** A name for people. */
export const displayName = filledString(() => undefined);

/** What a scope can't be, and what to do. */
export const SCOPE_REMEDY =
  'white space, quotes and backslashes are not allowed in a scope (RFC 6749 section 3.3). List each by itself.';

/** Whether a value can be one scope. */
export function isScope(value: unknown): boolean {
  return typeof value === 'string' && CARRIED.test(value);
}

/** A list of scopes. */
export const scopes = list(
  (scope) => !isScope(scope) && `${shownValue(scope)} is not a scope: ${SCOPE_REMEDY}`,
  'List scopes, like ["notes:read"].',
  'Name at least one, or leave the option out.',
);
