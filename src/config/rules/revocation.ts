import type { RevocationStore } from '../../core/revocation/revocation-store.js';
import { kindOf } from '../../core/util/shown-value.js';
import type { Rule } from '../option.js';

/** The methods of a store: all of them, or this does not compile. */
const METHODS = Object.keys({
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
  const missing = METHODS.filter((name) => typeof Reflect.get(value, name) !== 'function');
  return (
    missing.length > 0 &&
    `it has no ${missing.join(', no ')}, and so is not a revocation store. ${GIVE_STORE}`
  );
};
