import type { UnauthorizedCode } from '../core/refusals/refusal-bodies.js';
import type { ExpectedChallenge, MatcherReturn } from './matchers/refusal-matchers.js';
import { registerGlobally } from './matchers/register-matchers.js';

/** @ts-ignore: strict layouts keep `expect` from us; there `registerMatchers` returns an `expect` with the types. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> {
    /** The response is a 401 with a `Bearer` challenge; with a code, the documented one. Await it for a `fetch` response. */
    toBeUnauthorized(code?: UnauthorizedCode): MatcherReturn<T, R>;
    /** The response carries a `Bearer` challenge with these parameters. Await it for a `fetch` response. */
    toChallenge(parameters?: ExpectedChallenge): MatcherReturn<T, R>;
  }
}

declare global {
  // The types of `@types/jest`, for tests that use `expect` as a global.
  namespace jest {
    interface Matchers<R, T = {}> {
      /** The response is a 401 with a `Bearer` challenge; with a code, the documented one. Await it for a `fetch` response. */
      toBeUnauthorized(code?: UnauthorizedCode): MatcherReturn<T, R>;
      /** The response carries a `Bearer` challenge with these parameters. Await it for a `fetch` response. */
      toChallenge(parameters?: ExpectedChallenge): MatcherReturn<T, R>;
    }
  }
}

export { registerMatchers } from './matchers/register-matchers.js';
export type {
  ExpectWithRefusals,
  ExtensibleExpect,
  RefusalMatchers,
} from './matchers/register-matchers.js';

registerGlobally();
