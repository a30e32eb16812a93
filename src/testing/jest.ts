import { expect } from '@jest/globals';
import type { UnauthorizedCode } from '../core/refusals/refusal-bodies.js';
import type { ExpectedChallenge, MatcherReturn } from './matchers/refusal-matchers.js';
import { refusalMatchers } from './matchers/refusal-matchers.js';

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

expect.extend(refusalMatchers);
