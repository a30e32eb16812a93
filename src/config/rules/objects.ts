import type { AuthEventMap } from '../../core/observability/auth-observer.js';
import type { RevocationStore } from '../../core/revocation/revocation-store.js';
import { kindOf, shownValue } from '../../core/util/shown-value.js';
import { below, type Found } from '../findings.js';
import type { Rule } from '../option.js';
import { elementFaults } from './values.js';

// Objects of the application, of whatever class: they are not copied, and only their methods are looked for.

/** The methods of an observer: all of them, or this does not compile. */
const EVENTS: Readonly<Record<keyof AuthEventMap, true>> = {
  keysRefreshed: true,
  keyRefreshFailed: true,
  staleKeysServed: true,
  unknownKey: true,
  tokensRevoked: true,
  revocationsLoaded: true,
  revocationsStale: true,
  replayStoreFull: true,
  tokenIntrospected: true,
  introspectionFailed: true,
  authenticated: true,
  refused: true,
};
const EVENT_METHODS = Object.keys(EVENTS);
const OBSERVER_HOW = `Give an object with any of the methods ${EVENT_METHODS.join(', ')}.`;

/** One observer or a list of them. They may be instances of any class, with other members too. */
export const observers: Rule = (value) =>
  Array.isArray(value) ? elementFaults(value, observer) : observer(value);

function observer(value: unknown): Found {
  if (typeof value !== 'object' || value === null)
    return `${kindOf(value)} is not an observer. ${OBSERVER_HOW}`;
  const methods = EVENT_METHODS.map((name) => [name, Reflect.get(value, name) as unknown] as const);
  const given = methods.filter(([, method]) => method !== undefined);
  if (given.length === 0) return `it has no method for any event. ${OBSERVER_HOW}`;
  return given
    .filter(([, method]) => typeof method !== 'function')
    .flatMap(([name, method]) => below(`.${name}`, `${kindOf(method)} is not a function.`));
}

/** The methods of a store: all of them, or this does not compile. */
const STORE_METHODS = Object.keys({
  put: true,
  load: true,
  subscribe: true,
  knownAsOfSeconds: true,
} satisfies Record<keyof RevocationStore, true>);

/** The remedy where there is no store. */
export const GIVE_STORE =
  'Give a store: new MemoryRevocationStore() for one process, or new RedisRevocationStore(client) of nestjs-trusted-issuers/redis for many.';

/** What keeps marks, of whatever class. */
export const store: Rule = (value) => {
  if (typeof value !== 'object' || value === null)
    return `${kindOf(value)} is not a revocation store. ${GIVE_STORE}`;
  const missing = STORE_METHODS.filter((name) => typeof Reflect.get(value, name) !== 'function');
  return (
    missing.length > 0 &&
    `this is not a revocation store: it has no ${missing.join(', no ')}. ${GIVE_STORE}`
  );
};

/** What remembers used proofs. */
export const replay: Rule = (value) => {
  if (value === 'this-process' || value === 'elsewhere') return undefined;
  const { reserve } = Object(value) as { readonly reserve?: unknown };
  return (
    typeof reserve !== 'function' &&
    `${typeof value === 'string' ? shownValue(value) : kindOf(value)} is no replay store. Write "this-process", "elsewhere", or an object with a method reserve(key, untilSeconds), such as RedisReplayStore.`
  );
};
