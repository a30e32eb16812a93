import { finding, type Rule } from '../configuration-rule.js';
import { nearestName } from '../nearest-name.js';
import { kindOf, shownValue } from '../shown-value.js';

/** A finite number within bounds; `unit` is the sentence that says what it counts. */
export function numberWithin(least: number, greatest: number, unit: string): Rule {
  return numberThat(
    (value) => value >= least && value <= greatest,
    `from ${least} to ${greatest}`,
    unit,
  );
}

/** A finite number above zero; `unit` is the sentence that says what it counts. */
export function numberAboveZero(unit: string): Rule {
  return numberThat((value) => value > 0, 'above 0', unit);
}

function numberThat(fits: (value: number) => boolean, range: string, unit: string): Rule {
  return function* (value) {
    if (typeof value === 'number' && Number.isFinite(value) && fits(value)) return;
    const remedy =
      typeof value === 'string'
        ? 'Convert text, as of an environment variable, with Number().'
        : unit;
    yield finding(`${shownValue(value)} is not a finite number ${range}. ${remedy}`);
  };
}

/** One of a few words. */
export function oneOf(words: readonly string[]): Rule {
  return function* (value) {
    if (typeof value === 'string' && words.includes(value)) return;
    const meant = typeof value === 'string' ? nearestName(value, words) : undefined;
    const all = words.map((word) => JSON.stringify(word)).join(' or ');
    const remedy = meant === undefined ? `Write ${all}.` : `Did you mean ${JSON.stringify(meant)}?`;
    yield finding(`${shownValue(value)} is not one of the values. ${remedy}`);
  };
}

/** `true` or `false` and nothing that merely counts as one of them. */
export const isBoolean: Rule = function* (value) {
  if (typeof value === 'boolean') return;
  yield finding(`${shownValue(value)} is not a boolean. Write true or false, without quotes.`);
};

/** A function; `remedy` is the sentence that says what it is given and must return. */
export function isFunction(remedy: string): Rule {
  return function* (value) {
    if (typeof value !== 'function') yield finding(`${kindOf(value)} is not a function. ${remedy}`);
  };
}

/** The parameters behind `realm` in a challenge, as clients look for them: with patterns that hold no regard for quotes. */
const LOOKS_LIKE_PARAMETER =
  /(?:scope|error|error_description|error_uri|resource_metadata|acr_values|max_age)\s*=/i;

/** What a quoted header value can carry (RFC 9110 section 5.6.4), of a length that fits every log. */
export const isRealm: Rule = function* (value) {
  if (typeof value !== 'string' || !/^[\x20-\x7e]{1,128}$/.test(value))
    yield finding(
      `${shownValue(value)} is not a realm. Use 1 to 128 characters of printable ASCII, such as "api".`,
    );
  else if (LOOKS_LIKE_PARAMETER.test(value))
    yield finding(
      `${shownValue(value)} looks like a parameter of the challenge to clients that search the header for one. Leave the "=" out.`,
    );
};
