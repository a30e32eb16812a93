import { types } from 'node:util';
import { finding, type Finding, UNREADABLE } from '../configuration-rule.js';
import { isLiteral, isOptionsObject, memberSuffix } from '../options-object.js';
import { kindOf } from '../shown-value.js';
import { narrowsAccess } from '../token-kind.js';
import { NO_PATTERNS } from './text.rules.js';

const VALUES = 'Give a string, a number, a boolean, a list of these, or a predicate.';

/** Judges what tokens must claim. Values are never shown: what an API demands may be its own affair. */
export function* requiredClaimsFindings(value: unknown): Iterable<Finding> {
  if (!isOptionsObject(value)) {
    yield finding(`${kindOf(value)} is not an object. Write { claim: value }.`);
    return;
  }
  if (!isLiteral(value)) {
    yield finding(
      'of an instance of a class not all members can be listed. Write { claim: value }.',
    );
    return;
  }
  for (const name of Object.keys(value)) {
    const path = memberSuffix(name);
    try {
      yield* expectationFindings(value[name], path);
    } catch {
      yield finding(UNREADABLE, path);
    }
  }
}

/** Whether at least one required claim narrows what is accepted, so that `audience: null` is no open door. */
export function requiredClaimsNarrow(value: unknown, issuer: unknown): boolean {
  return (
    isOptionsObject(value) &&
    Object.entries(value).some(([name, expected]) => narrowsAccess(name, expected, issuer))
  );
}

function* expectationFindings(expected: unknown, path: string): Iterable<Finding> {
  if (!Array.isArray(expected)) {
    const fault =
      typeof expected === 'function' ? predicateFault(expected) : claimValueFault(expected);
    if (fault !== undefined) yield finding(fault, path);
    return;
  }
  if (expected.length === 0) {
    yield finding('the list is empty, which no claim can satisfy. Name at least one value.', path);
  }
  if (Object.keys(expected).length < expected.length) {
    yield finding('the list has holes. Give every element a value.', path);
    return;
  }
  for (const [index, element] of expected.entries()) {
    const fault = claimValueFault(element);
    if (fault !== undefined) yield finding(fault, `${path}[${index}]`);
  }
}

/** What answers with a promise cannot always be known beforehand; of these it can. */
function predicateFault(predicate: unknown): string | undefined {
  if (!types.isAsyncFunction(predicate)) return undefined;
  return 'an async function is not a predicate: it answers with a promise, and a predicate with true or false, at once. Load what it waits for beforehand, or ask in isRevoked, which may take its time.';
}

function claimValueFault(value: unknown): string | undefined {
  if (value === undefined) {
    return 'undefined is not a claim value. Is an environment variable not set? To demand that a claim is absent, write a predicate.';
  }
  if (types.isRegExp(value)) return `a regular expression is not a claim value. ${NO_PATTERNS}`;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return `${value} is in no token. Give a finite number.`;
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return undefined;
  }
  return `${kindOf(value)} is not a claim value. ${VALUES}`;
}
