import { nearestName } from '../config/nearest-name.js';
import { kindOf, shownValue } from '../core/util/shown-value.js';

/** What an option may be. */
export interface OptionRule {
  readonly words: string;
  allows(value: unknown): boolean;
}

/** A rule for every option of a type; one that is forgotten does not compile. */
export type OptionRules<Options> = Readonly<Record<keyof Required<Options>, OptionRule>>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

export const TEXT: OptionRule = { words: 'a string', allows: isText };
export const TEXTS: OptionRule = { words: 'a list of strings', allows: isTexts };
export const TEXT_OR_TEXTS: OptionRule = {
  words: 'a string or a list of strings',
  allows: (value) => isText(value) || isTexts(value),
};
export const NUMBER: OptionRule = { words: 'a finite number', allows: Number.isFinite };
export const BOOLEAN: OptionRule = {
  words: 'true or false',
  allows: (value) => typeof value === 'boolean',
};
export const FUNCTION: OptionRule = {
  words: 'a function',
  allows: (value) => typeof value === 'function',
};
export const MEMBERS: OptionRule = {
  words: 'an object',
  allows: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** What a token can be bound to. A promise of one is none: `await` was forgotten. */
export const THUMBPRINTED: OptionRule = {
  words: 'an object with a thumbprint',
  allows: (value) => MEMBERS.allows(value) && isText(Reflect.get(value as object, 'thumbprint')),
};

export const BOOLEAN_OR_MEMBERS: OptionRule = {
  words: 'true, false or an object',
  allows: (value) => BOOLEAN.allows(value) || MEMBERS.allows(value),
};

/** One of a few words. */
export function oneOf(...words: readonly string[]): OptionRule {
  return {
    words: `one of ${words.join(', ')}`,
    allows: (value) => isText(value) && words.includes(value as string),
  };
}

/**
 * Refuses what TypeScript would: a test in JavaScript would pass without the option it was written for.
 * An option given as `undefined` counts as not given.
 *
 * @param where what takes the options, for the message.
 * @param advice what to do with a name that is none of them.
 * @throws TypeError that names the option. No value is repeated.
 */
export function checkOptions<Options>(
  where: string,
  options: Options,
  rules: OptionRules<Options>,
  advice = '',
): void {
  const known = Object.keys(rules);
  if (!MEMBERS.allows(options))
    throw new TypeError(`${where} takes an object of options, not ${kindOf(options)}`);
  for (const [name, value] of Object.entries(options as object)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof Options] : undefined;
    if (rule === undefined) {
      const meant = nearestName(name, known);
      const hint = meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${meant}?`;
      throw new TypeError(`${where} has no option ${shownValue(name)}. ${hint}${advice}`);
    }
    if (value !== undefined && !rule.allows(value))
      throw new TypeError(`${name} of ${where} must be ${rule.words}, not ${kindOf(value)}`);
  }
}
