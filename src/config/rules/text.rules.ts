import { types } from 'node:util';
import { finding, type Finding } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';
import { listFindings, type ListRemedies } from './list.rules.js';

/** The remedy for a regular expression, wherever it stands. */
export const NO_PATTERNS =
  'Strings are compared exactly: use a list, or a predicate in requiredClaims.';

const NOT_SET = 'Is an environment variable not set?';

/** Words of documentation that were meant to be replaced: `YOUR_DOMAIN`, `yourOktaDomain`, `changeme`. */
const PLACEHOLDER_WORD =
  /(?<![a-z0-9])your[-_]?(?:okta|auth0)?[-_]?(?:domain|tenant|realm)|change[-_]?me(?![a-z0-9])/i;
const PLACEHOLDER_CAPITALS = /YOUR_[A-Z]/;
/** `{tenant}`, `${TENANT}`, `<tenant>`. */
const PLACEHOLDER_BRACKETS = /\{[^{}]*\}|<[^<>]*>/;

/** Whether a text holds a word that documentation asks to replace. */
export function hasPlaceholderWord(text: string): boolean {
  return PLACEHOLDER_WORD.test(text) || PLACEHOLDER_CAPITALS.test(text);
}

/** What is wrong with a value that should be a non-empty string; `undefined` when nothing is. */
export function stringFault(value: unknown): string | undefined {
  if (value === '') return `"" is empty. ${NOT_SET}`;
  if (value === undefined || value === null) return `${value} is not a string. ${NOT_SET}`;
  if (types.isRegExp(value)) return `a regular expression is not a string. ${NO_PATTERNS}`;
  if (typeof value === 'number' || typeof value === 'boolean') {
    return `${value} is not a string. Write it in quotes.`;
  }
  if (typeof value !== 'string') return `${shownValue(value)} is not a string. Give a string.`;
  return undefined;
}

/** What is wrong with a string that is compared exactly with a claim; `undefined` when nothing is. */
export function comparedStringFault(value: unknown): string | undefined {
  return comparedStringFaultBut(value, placeholderFault);
}

/** The same, where a placeholder may be meant: that is for another to judge. */
export function comparedStringFaultBut(
  value: unknown,
  faultOfPlaceholder: (text: string) => string | undefined,
): string | undefined {
  const fault = stringFault(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  if (value.trim() !== value) {
    return `${shownValue(value)} begins or ends with white space. Strings are compared exactly: remove it.`;
  }
  return unfilledFault(value, faultOfPlaceholder);
}

/** What is wrong with a string that was put together from variables or copied from documentation. */
export function unfilledFault(
  text: string,
  faultOfPlaceholder: (text: string) => string | undefined = placeholderFault,
): string | undefined {
  if (text === 'null' || /(?<![\w-])undefined(?![\w-])/.test(text)) {
    return `${shownValue(text)} was put together from a missing value. ${NOT_SET}`;
  }
  return holdsPlaceholder(text) ? faultOfPlaceholder(text) : undefined;
}

function placeholderFault(text: string): string {
  return `${shownValue(text)} holds a placeholder. Put the real value in its place.`;
}

/** Whether a text looks as if a part of it was meant to be replaced. */
export function holdsPlaceholder(text: string): boolean {
  return hasPlaceholderWord(text) || PLACEHOLDER_BRACKETS.test(text);
}

/** Judges a list of strings that are compared exactly. */
export function comparedStrings(value: unknown, remedies: ListRemedies): Iterable<Finding> {
  return listFindings(value, remedies, comparedStringFault);
}

/** Judges what may be one string or a list of them. */
export function* stringOrList(
  value: unknown,
  remedies: ListRemedies,
  faultOf: (element: unknown) => string | undefined,
): Iterable<Finding> {
  if (Array.isArray(value)) {
    yield* listFindings(value, remedies, faultOf);
    return;
  }
  const message = faultOf(value);
  if (message !== undefined) yield finding(message);
}
