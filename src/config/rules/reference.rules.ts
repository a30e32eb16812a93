import { finding, type Rule } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';
import { webAddress } from '../web-address.js';
import { stringFault, unfilledFault } from './text.rules.js';

/** Segments that mean the same to every router and in every quoted header value. */
const PATH = /^(?:\/[\w.~-]+)+$/;

/** The path of the error reference. */
export const referencePathFindings: Rule = function* (value) {
  const fault = stringFault(value);
  if (fault !== undefined) yield finding(fault);
  else if (!PATH.test(String(value)))
    yield finding(
      `${shownValue(value)} is not a path. Begin with a slash, end without one and use letters, digits, ".", "_", "~" and "-", such as "/errors".`,
    );
};

/** The address of the error reference as clients see it. */
export const referenceUrlFindings: Rule = function* (value) {
  const fault =
    stringFault(value) ?? (typeof value === 'string' ? unfilledFault(value) : undefined);
  if (fault !== undefined) yield finding(fault);
  else if (!isReferenceUrl(String(value)))
    yield finding(
      `${shownValue(value)} is not the address of a page. Write the whole address, without credentials, query, fragment and slash at the end, such as "https://api.example.com/errors".`,
    );
};

function isReferenceUrl(text: string): boolean {
  // What a quoted header value carries as it is (RFC 6750 section 3).
  const isCarried = /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);
  return isCarried && !text.endsWith('/') && !/[?#@]/.test(text) && !!webAddress(text);
}
