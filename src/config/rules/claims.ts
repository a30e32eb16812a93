import { types } from 'node:util';
import { canonicalTokenType, NON_ACCESS_TOKEN_TYPES } from '../../core/jose/token-type.js';
import { kindOf, memberSuffix, secretKindOf, shownValue } from '../../core/util/shown-value.js';
import { isLiteral, isOptionsObject } from '../value-kinds.js';
import { below, type Fault, type Found } from '../findings.js';
import type { Check, Rule } from '../option.js';
import { isScope, SCOPE_REMEDY, scopes } from './metadata.js';
import {
  comparedString,
  comparedStringBut,
  elementFaults,
  isFunction,
  list,
  NO_PATTERNS,
  NOT_SET,
  oneOrList,
} from './values.js';

const NO_LIST = 'Give one audience or a list of them.';
const NO_AUDIENCE = 'No token could be accepted: name what tokens carry in "aud".';

/** A list that was written as one string, as in an environment variable. */
function joinedFault(audience: string): Fault {
  const parts = audience.split(',').map((part) => part.trim());
  // What may be a secret is not shown in parts.
  if (parts.length === 1 || parts.includes('') || secretKindOf(audience) !== undefined)
    return undefined;
  const written = parts.map((part) => shownValue(part)).join(', ');
  return `${shownValue(audience)} is one audience with a comma in it, which no token carries. Write a list: [${written}].`;
}

function audienceThat(ofPlaceholder: (text: string) => Fault): Check {
  const isCompared = comparedStringBut(ofPlaceholder);
  return (value) => isCompared(value) || (typeof value === 'string' && joinedFault(value));
}

/** Which placeholders are meant is a relation. */
const meantAudience = audienceThat(() => undefined);

const audience = oneOrList(meantAudience, NO_LIST, NO_AUDIENCE);

/** The audience of one issuer, which may switch the check off. */
export const issuerAudience: Rule = (value) => value !== null && audience(value);

/** The audience of the module. */
export const moduleAudience: Rule = (value) =>
  value === null
    ? 'null is not an audience. Only a single issuer can switch the check off.'
    : oneOrList(audienceThat(ofModule), NO_LIST, NO_AUDIENCE)(value);

function ofModule(text: string): Fault {
  return audiencePlaceholderFault(
    text,
    'name it in audience and in allowPlaceholderAudience of its issuer',
  );
}

/** What is wrong with an audience that looks as if a part of it was meant to be replaced. */
export function audiencePlaceholderFault(text: string, remedy: string): Fault {
  return `${shownValue(text)} holds a placeholder. Put the real value in its place, or, where tokens really carry this in "aud", ${remedy}.`;
}

/** Audiences that look like placeholders and are meant. */
export const allowedPlaceholders = oneOrList(
  meantAudience,
  NO_LIST,
  'Name the audience that is meant, or leave the option out.',
);

/** Accepted `typ` values; `null` means a token without one. */
export const tokenTypes = list(
  (type) => {
    if (type === null) return undefined;
    if (type === '') return '"" is empty. Write null for tokens without "typ".';
    const fault = comparedString(type);
    if (fault || !NON_ACCESS_TOKEN_TYPES.has(canonicalTokenType(String(type)) ?? '')) return fault;
    return `${shownValue(type)} is the type of something other than an access token, always refused. Remove it.`;
  },
  'List "typ" values, like ["at+jwt"].',
  'No token could be accepted: name a type, or leave the option out.',
);

/** Accepted clients. */
export const clientIds = list(
  comparedString,
  'List client identifiers, like ["mobile-app"].',
  'No client would be accepted: name one, or leave the option out.',
);

/** Members of a header for which there are other options, or which this module understands by itself. */
const KNOWN_HEADERS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  alg: 'Name it in algorithms.',
  typ: 'Name it in tokenTypes.',
  kid: 'Keys are chosen by it.',
  crit: 'A token with it is always refused.',
  b64: 'A token with it is always refused.',
};

const HEADER_HOW = 'Write { signer: "…" }, or a list of values.';

/** What the header of tokens must have beside what the specifications say of it. */
export const requiredHeader: Rule = (value) => {
  if (!isOptionsObject(value)) return `${kindOf(value)} is not an object. ${HEADER_HOW}`;
  const entries = Object.entries(value);
  if (entries.length === 0) return `it is empty. ${HEADER_HOW}`;
  return entries.flatMap(([name, expected]) => {
    const known = KNOWN_HEADERS[name];
    const found: Found =
      known === undefined ? headerValues(expected) : `is not for this option. ${known}`;
    return below(memberSuffix(name), found);
  });
};

const headerValues = oneOrList(
  comparedString,
  'Give one value or a list of them.',
  'No token could be accepted: name a value.',
);

/** What tokens must claim. Values are never shown: what an API demands may be its own affair. */
export const requiredClaims: Rule = (value) => {
  if (!isOptionsObject(value)) return `${kindOf(value)} is not an object. Write { claim: value }.`;
  if (!isLiteral(value)) return 'an instance of a class may hide members. Write { claim: value }.';
  return Object.entries(value).flatMap(([name, expected]) =>
    below(memberSuffix(name), expectation(expected)),
  );
};

function expectation(expected: unknown): Found {
  if (types.isAsyncFunction(expected))
    return 'an async function is not a predicate: a predicate returns true or false at once, and not a promise. Load what it waits for beforehand, or do it in isRevoked, which may be async.';
  if (!Array.isArray(expected)) return typeof expected !== 'function' && claimValueFault(expected);
  if (expected.length > 0) return elementFaults(expected, claimValueFault);
  return 'the list is empty, which no claim can satisfy. Name at least one value.';
}

function claimValueFault(value: unknown): Fault {
  if (value === undefined)
    return `undefined is not a claim value. ${NOT_SET} To demand that a claim is absent, write a predicate.`;
  if (types.isRegExp(value)) return `a regular expression is not a claim value. ${NO_PATTERNS}`;
  if (typeof value === 'number')
    return !Number.isFinite(value) && `${value} is in no token. Give a finite number.`;
  if (!['string', 'boolean'].includes(typeof value))
    return `${kindOf(value)} is not a claim value. Give a string, a number, a boolean, a list of these, or a predicate.`;
}

const NO_NAMES = 'Give one claim name or a list of them.';
const NAME_ONE = 'Name at least one claim, or leave the option out.';

/** Or a function in place of what the rule accepts. */
function orFunction(rule: Rule): Rule {
  return (value) => {
    if (types.isAsyncFunction(value))
      return 'an async function returns a promise, and this one must return its value at once. Load what it waits for beforehand.';
    return typeof value !== 'function' && rule(value);
  };
}

/** Where a part of an identity is in the claims. */
export const claimNames = oneOrList(comparedString, NO_NAMES, NAME_ONE);

/** The same, or a function of the claims. */
export const claimNamesOrFunction = orFunction(claimNames);

/** Also `{ keysOf: 'path' }`. */
export const rolePlaces = orFunction(oneOrList(rolePlaceFault, NO_NAMES, NAME_ONE));

function rolePlaceFault(place: unknown): Fault {
  if (!isOptionsObject(place)) return comparedString(place);
  if (Object.keys(place).some((name) => name !== 'keysOf'))
    return "the object has other members. Write { keysOf: 'path' }.";
  const fault = comparedString(place['keysOf']);
  return fault && `keysOf: ${fault}`;
}

/** Names that count, or a function of the name. */
export const grantLimit = orFunction(
  list((name) => {
    if (typeof name === 'string' && name.slice(0, -1).includes('*'))
      return 'a star works only at the end of a name, as a prefix. Use a function for other patterns.';
    return comparedString(name);
  }, 'List names, like ["notes:*"], or give a function of the name.'),
);

/** Which scopes imply others. */
export const scopeImplies: Rule = (value) => {
  if (!isOptionsObject(value))
    return `${kindOf(value)} is not an object. Write { "notes:admin": ["notes:read"] }.`;
  return Object.entries(value).flatMap(([name, implied]) =>
    below(
      memberSuffix(name),
      isScope(name) ? scopes(implied) : `the name is not a scope: ${SCOPE_REMEDY}`,
    ),
  );
};

const SCOPE_MATCHER_HOW =
  'It is given a scope that the caller has and one that is demanded, and returns whether the first grants the second.';

/** What compares scopes. */
export const scopeMatcher = orFunction(isFunction(SCOPE_MATCHER_HOW));
