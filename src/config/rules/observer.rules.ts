import type { AuthEventMap } from '../../core/observability/auth-observer.js';
import { finding, type Finding } from '../configuration-rule.js';
import { kindOf } from '../shown-value.js';

/** The methods of an observer: all of them, or this does not compile. */
const EVENTS: Readonly<Record<keyof AuthEventMap, true>> = {
  keysRefreshed: true,
  keyRefreshFailed: true,
  staleKeysServed: true,
  unknownKey: true,
  authenticated: true,
  refused: true,
};
const METHODS = Object.keys(EVENTS);

const HOW = `Give an object with any of the methods ${METHODS.join(', ')}.`;

/** Judges one observer or a list of them. They may be instances of any class, with other members too. */
export function* observerFindings(value: unknown): Iterable<Finding> {
  if (!Array.isArray(value)) {
    yield* oneObserverFindings(value, '');
    return;
  }
  // Counted before they are walked, so that the work is in proportion to what is there.
  if (Object.keys(value).length < value.length) {
    yield finding('the list has holes. Give every element a value.');
    return;
  }
  for (const [index, observer] of value.entries())
    yield* oneObserverFindings(observer, `[${index}]`);
}

function* oneObserverFindings(observer: unknown, path: string): Iterable<Finding> {
  if (typeof observer !== 'object' || observer === null) {
    yield finding(`${kindOf(observer)} is not an observer. ${HOW}`, path);
    return;
  }
  const given = METHODS.filter((name) => Reflect.get(observer, name) !== undefined);
  if (given.length === 0) yield finding(`it would hear of nothing. ${HOW}`, path);
  for (const name of given) {
    const method: unknown = Reflect.get(observer, name);
    if (typeof method !== 'function')
      yield finding(`${kindOf(method)} is not a function.`, `${path}.${name}`);
  }
}
