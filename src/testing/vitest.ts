import { expect } from 'vitest';
import type { UnauthorizedCode } from '../core/refusals/refusal-bodies.js';
import type { ExpectedChallenge, MatcherReturn } from './matchers/refusal-matchers.js';
import { refusalMatchers } from './matchers/refusal-matchers.js';

declare module 'vitest' {
  interface Matchers<T> {
    /** The response is a 401 with a `Bearer` challenge; with a code, the documented one. Await it for a `fetch` response. */
    toBeUnauthorized(code?: UnauthorizedCode): MatcherReturn<T, void>;
    /** The response carries a `Bearer` challenge with these parameters. Await it for a `fetch` response. */
    toChallenge(parameters?: ExpectedChallenge): MatcherReturn<T, void>;
  }
}

expect.extend(refusalMatchers);
