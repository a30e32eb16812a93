import { NoIdentityException } from '../refusals/unauthorized-exceptions.js';
import { type MissingIdentityPlace, reportMissingIdentity } from './missing-identity.js';

/** What a handler wants of its callers that has the parameter decorator. */
export const CURRENT_IDENTITY_NEED = 'asks for @CurrentIdentity()';

const PLACE = Symbol('the call without an identity');

/**
 * Replaces the identity that a call does not have, until {@link CurrentIdentityPipe} refuses the call. The
 * application's global pipes run before that one, and some copy or validate whatever they are given: they
 * would make a caller of it. So nothing can be read from it, and an attempt refuses the call.
 */
export function missingIdentityAt(place: MissingIdentityPlace): object {
  const refuse = (): never => {
    reportMissingIdentity(CURRENT_IDENTITY_NEED, place);
    throw new NoIdentityException();
  };
  return new Proxy(
    {},
    {
      get(_target, name) {
        if (name === PLACE) return place;
        // `await` reads this member of every value.
        return name === 'then' ? undefined : refuse();
      },
      getOwnPropertyDescriptor: refuse,
      getPrototypeOf: refuse,
      has: refuse,
      ownKeys: refuse,
    },
  );
}

/** Where the identity is missing that such a placeholder replaces; `undefined` for any other value. */
export function placeOfMissingIdentity(value: unknown): MissingIdentityPlace | undefined {
  return (Object(value) as { readonly [PLACE]?: MissingIdentityPlace })[PLACE];
}
