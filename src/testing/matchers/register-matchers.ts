import type { UnauthorizedCode } from '../../core/refusals/refusal-bodies.js';
import { type ExpectedChallenge, type MatcherReturn, refusalMatchers } from './refusal-matchers.js';

/**
 * The matchers as types, for an `expect` that this package does not know. `Received` is what `expect` was
 * given, `Returned` what its matchers return: `void`, or a promise behind `resolves`.
 */
export interface RefusalMatchers<Received = unknown, Returned = void> {
  /** The response is a 401 with a `Bearer` challenge; with a code, the documented one. Await it for a `fetch` response. */
  toBeUnauthorized(code?: UnauthorizedCode): MatcherReturn<Received, Returned>;
  /** The response carries a `Bearer` challenge with these parameters. Await it for a `fetch` response. */
  toChallenge(parameters?: ExpectedChallenge): MatcherReturn<Received, Returned>;
}

/** An `expect` that can be extended: that of jest, of vitest, or another that works as theirs. */
export interface ExtensibleExpect {
  (actual: never): unknown;
  extend(matchers: never): unknown;
}

/** What an `expect` returns: by its own signature, where it also inherits Chai's. */
export type AssertionsOf<Expect extends ExtensibleExpect> = Expect extends {
  (actual: never): infer Own;
  (actual: never): infer Inherited;
}
  ? unknown extends Own
    ? Inherited
    : Own
  : never;

/** An `expect` whose type has the matchers, wherever its own package is found. */
export type ExpectWithRefusals<Expect extends ExtensibleExpect> = {
  <Received>(
    actual: Received,
    ...more: unknown[]
  ): RefusalMatchers<Received> & { not: RefusalMatchers<Received> } & AssertionsOf<Expect>;
} & Expect;

/**
 * Extends an `expect` with `toBeUnauthorized` and `toChallenge`. To be called where `expect` is imported and
 * is no global; a second call changes nothing.
 *
 * @param expect that of `@jest/globals`, of `vitest`, or another with their `extend`.
 * @returns the same `expect`, with the matchers in its type.
 */
export function registerMatchers<Expect extends ExtensibleExpect>(
  expect: Expect,
): ExpectWithRefusals<Expect> {
  const { extend } = expect as { extend(matchers: typeof refusalMatchers): unknown };
  extend.call(expect, refusalMatchers);
  return expect as unknown as ExpectWithRefusals<Expect>;
}

/** Extends the global `expect`; where a runner has none, {@link registerMatchers} is for the imported one. */
export function registerGlobally(): void {
  const { expect } = globalThis as { expect?: ExtensibleExpect };
  if (typeof expect === 'function' && 'extend' in expect) registerMatchers(expect);
}
