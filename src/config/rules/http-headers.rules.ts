import { finding, type Finding, UNREADABLE } from '../configuration-rule.js';
import { isLiteral, isOptionsObject, memberSuffix } from '../options-object.js';
import { kindOf } from '../shown-value.js';

/** A `token` of RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What `fetch` can send: Latin-1 without control characters, so no second header can hide in it. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Judges request headers. Their values are credentials, so they are never shown. */
export function* headersFindings(value: unknown): Iterable<Finding> {
  if (typeof value === 'function') return;
  if (!isOptionsObject(value)) {
    yield finding(
      `${kindOf(value)} is not an object of headers. Write { name: value }, or a function that returns it.`,
    );
    return;
  }
  if (!isLiteral(value)) {
    yield finding(
      'of an instance of a class not all members can be listed. Write { name: value }.',
    );
    return;
  }
  for (const name of Object.keys(value)) {
    if (HEADER_NAME.test(name)) {
      const fault = headerValueFault(value, name);
      if (fault !== undefined) yield finding(fault, memberSuffix(name));
    } else {
      // Not shown: it may well be a whole header line.
      yield finding('a name in it is not a header name. Write { name: value }.');
    }
  }
}

function headerValueFault(headers: Record<string, unknown>, name: string): string | undefined {
  try {
    const value = headers[name];
    if (value === undefined)
      return 'undefined is not a string. Is an environment variable not set?';
    if (typeof value !== 'string')
      return `${kindOf(value)} is not a string. Give the header value.`;
    if (HEADER_VALUE.test(value)) return undefined;
    return 'the value has a line break or another character no header can carry. Trim what was read from a file.';
  } catch {
    return UNREADABLE;
  }
}
