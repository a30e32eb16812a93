import type { UnauthorizedCode } from '../core/refusals/refusal-bodies.js';
import type { ExpectedChallenge } from './matchers/refusal-matchers.js';
import { registerGlobally } from './matchers/register-matchers.js';

declare global {
  // vitest takes up what Chai's assertions have. Its own `Matchers` has other type parameters in each major,
  // and can't be named where only the application may import vitest.
  namespace Chai {
    interface Assertion {
      /** The response is a 401 with a `Bearer` challenge; with a code, the documented one. A promise for a `fetch` response. */
      toBeUnauthorized(code?: UnauthorizedCode): void | Promise<void>;
      /** The response carries a `Bearer` challenge with these parameters. A promise for a `fetch` response. */
      toChallenge(parameters?: ExpectedChallenge): void | Promise<void>;
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
