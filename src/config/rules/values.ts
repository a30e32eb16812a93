import { types } from 'node:util';
import { nearestName } from '../nearest-name.js';
import { kindOf, shownValue } from '../../core/util/shown-value.js';
import { below, type Fault, type Found } from '../findings.js';
import type { Check, Rule } from '../option.js';

/** The remedy for a regular expression in any option. */
export const NO_PATTERNS =
  'Strings are compared exactly: use a list, or a predicate in requiredClaims.';
/** The likely cause of what is missing. */
export const NOT_SET = 'Is an environment variable not set?';

/** Words of documentation that were meant to be replaced: `YOUR_DOMAIN`, `yourOktaDomain`, `changeme`. */
const PLACEHOLDER_WORD =
  /(?<![a-z0-9])your[-_]?(?:okta|auth0)?[-_]?(?:domain|tenant|realm)|change[-_]?me(?![a-z0-9])/i;

/** Whether a text holds a word that documentation asks to replace. */
export function hasPlaceholderWord(text: string): boolean {
  return PLACEHOLDER_WORD.test(text) || /YOUR_[A-Z]/.test(text);
}

/** A non-empty string; `further` knows what else may be wrong with it, and is told how to show it. */
export function stringThat(further: (text: string, shown: string) => Fault): Check {
  return (value) => {
    if (value === '') return `"" is empty. ${NOT_SET}`;
    if (typeof value === 'string') return further(value, shownValue(value));
    if (value === undefined || value === null) return `${value} is not a string. ${NOT_SET}`;
    if (types.isRegExp(value)) return `a regular expression is not a string. ${NO_PATTERNS}`;
    const remedy = /number|boolean/.test(typeof value) ? 'Write it in quotes.' : 'Give a string.';
    return `${shownValue(value)} is not a string. ${remedy}`;
  };
}

/** What is wrong with a string that was put together from variables or copied from documentation. */
export function unfilledFault(text: string, ofPlaceholder = placeholderFault): Fault {
  if (text === 'null' || /(?<![\w-])undefined(?![\w-])/.test(text))
    return `${shownValue(text)} was put together from a missing value. ${NOT_SET}`;
  return holdsPlaceholder(text) && ofPlaceholder(text);
}

/** Whether a text looks as if a part of it was meant to be replaced. */
export function holdsPlaceholder(text: string): boolean {
  return hasPlaceholderWord(text) || /\{[^{}]*\}|<[^<>]*>/.test(text);
}

function placeholderFault(text: string): Fault {
  return `${shownValue(text)} holds a placeholder. Put the real value in its place.`;
}

/** The same as {@link stringThat}, for a string that was filled in. */
export function filledString(further: (text: string, shown: string) => Fault): Check {
  return stringThat((text, shown) => unfilledFault(text) || further(text, shown));
}

/** A string that is compared exactly with a claim; another rule checks its placeholders. */
export function comparedStringBut(ofPlaceholder?: (text: string) => Fault): Check {
  return stringThat((text, shown) =>
    text.trim() === text
      ? unfilledFault(text, ofPlaceholder)
      : `${shown} begins or ends with white space. Strings are compared exactly: remove it.`,
  );
}

/** A string that is compared exactly with a claim. */
export const comparedString = comparedStringBut();

/**
 * A list, each of whose elements obeys a check.
 *
 * @param noList the remedy for something else, such as `List audiences, like ["api"].`
 * @param empty the remedy for a list without elements; absent where that is allowed.
 */
export function list(
  check: (element: unknown, index: number) => Fault,
  noList: string,
  empty?: string,
): Rule {
  return (value) => {
    if (!Array.isArray(value)) return `${shownValue(value)} is not a list. ${noList}`;
    if (value.length === 0) return empty && `the list is empty. ${empty}`;
    return elementFaults(value, check);
  };
}

/** One value or a list of them. */
export function oneOrList(check: Check, noList: string, empty: string): Rule {
  return (value) => (Array.isArray(value) ? list(check, noList, empty)(value) : check(value));
}

/** What is found in the elements of a list. */
export function elementFaults(
  elements: readonly unknown[],
  find: (element: unknown, index: number) => Found,
): Found {
  // Counted before they are walked: a list of four thousand million holes is quickly written.
  if (Object.keys(elements).length < elements.length)
    return 'the list has holes. Give every element a value.';
  return elements.flatMap((element, index) => below(`[${index}]`, find(element, index)));
}

/** A finite number above zero; `unit` is the sentence that says what it counts. */
export function numberAboveZero(unit: string): Rule {
  return numberWithin(Number.MIN_VALUE, Number.MAX_VALUE, unit, 'above 0');
}

/** A finite number within bounds; `unit` is the sentence that says what it counts. */
export function numberWithin(
  min: number,
  max: number,
  unit: string,
  range = `from ${min} to ${max}`,
): Rule {
  return (value) => {
    if (typeof value === 'number' && value >= min && value <= max) return undefined;
    const isText = typeof value === 'string';
    const remedy = isText ? 'Convert text, as of an environment variable, with Number().' : unit;
    return `${shownValue(value)} is not a finite number ${range}. ${remedy}`;
  };
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): Rule {
  return (value) => {
    if (words.some((word) => word === value)) return undefined;
    const meant = typeof value === 'string' ? nearestName(value, words) : undefined;
    const remedy =
      meant === undefined ? `Write "${words.join('" or "')}".` : `Did you mean "${meant}"?`;
    return `${shownValue(value)} is not one of the values. ${remedy}`;
  };
}

/** `true` or `false`, and no value that is merely truthy or falsy. */
export const isBoolean: Rule = (value) =>
  typeof value !== 'boolean' &&
  `${shownValue(value)} is not a boolean. Write true or false, without quotes.`;

/** A function; `remedy` is the sentence that says what it is given and must return. */
export function isFunction(remedy: string): Rule {
  return (value) => typeof value !== 'function' && `${kindOf(value)} is not a function. ${remedy}`;
}
