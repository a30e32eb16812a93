import type { UnauthorizedCode } from '../../core/refusals/refusal-bodies.js';
import { REFUSALS, refusalRow, type RefusalCode } from '../../core/refusals/refusal-table.js';
import { bearerParameters } from './bearer-parameters.js';
import { type FetchedResponse, type ReceivedAnswer, receivedAnswer } from './received-answer.js';

/**
 * Parameters of a `Bearer` challenge by their names on the wire: text, an asymmetric matcher, or
 * `undefined` for a parameter that must not be there. What is not named is not looked at.
 */
export interface ExpectedChallenge {
  readonly realm?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly scope?: unknown;
  readonly [parameter: string]: unknown;
}

// Types and no interfaces: a declaration file of an application writes them out where it can't name them.

/** What the matchers ask of the `expect` they extend; jest's and vitest's both have it. */
export type MatcherContext = {
  readonly isNot?: boolean;
  equals(a: unknown, b: unknown): boolean;
};

/** The verdict of a matcher. */
export type MatcherResult = {
  readonly pass: boolean;
  message(): string;
};

/** What a matcher returns: a promise for a `fetch` response, whose body must be read first. */
export type MatcherReturn<Received, Returned> = Received extends FetchedResponse
  ? Promise<void>
  : Returned;

/** A fault, or `undefined` when the answer is as expected. */
type Judge = (answer: ReceivedAnswer) => string | undefined;

/**
 * Matchers for `expect.extend`, with jest, vitest or another that has its signature. The modules
 * `nestjs-trusted-issuers/testing/jest` and `nestjs-trusted-issuers/testing/vitest` extend `expect`
 * when they are imported, and bring the types.
 */
export const refusalMatchers = {
  /**
   * The answer is a 401 with a `Bearer` challenge and, when a code is given, the documented body of
   * that code and a challenge that agrees with it.
   *
   * @throws TypeError when the code is none of a 401, or the value is no response, or one of `fetch`
   * whose body, which names the code, was read before.
   */
  toBeUnauthorized(
    this: MatcherContext,
    response: unknown,
    code?: UnauthorizedCode,
  ): MatcherResult | Promise<MatcherResult> {
    if (code !== undefined) requireUnauthorizedCode(code);
    const wanted = code === undefined ? 'a 401' : `the 401 ${code}`;
    return judged(response, `not to be ${wanted}`, (answer) => unauthorizedFault(answer, code));
  },

  /**
   * The answer, of whatever status, carries a `Bearer` challenge with these parameters.
   *
   * @throws TypeError when the value is no response.
   */
  toChallenge(
    this: MatcherContext,
    response: unknown,
    expected: ExpectedChallenge = {},
  ): MatcherResult | Promise<MatcherResult> {
    return judged(response, `not to challenge with ${JSON.stringify(expected)}`, (answer) =>
      challengeFault(answer, expected, (a, b) => this.equals(a, b)),
    );
  },
};

function judged(
  response: unknown,
  opposite: string,
  judge: Judge,
): MatcherResult | Promise<MatcherResult> {
  const answer = receivedAnswer(response);
  const verdict = (received: ReceivedAnswer): MatcherResult => {
    const fault = judge(received);
    return {
      pass: fault === undefined,
      message: () => `expected the answer ${fault ?? opposite}\n\n${shown(received)}`,
    };
  };
  // By its member: the promises of `fetch` are of another realm than those of a test runner's sandbox.
  return 'then' in answer ? answer.then(verdict) : verdict(answer);
}

function unauthorizedFault(
  answer: ReceivedAnswer,
  code: UnauthorizedCode | undefined,
): string | undefined {
  if (answer.status !== 401) return `to have status 401, and it has ${answer.status}`;
  const parameters = bearerParameters(answer.challenge);
  if (parameters === undefined) return 'to carry a Bearer challenge';
  if (code === undefined) return undefined;
  if (answer.text === undefined) throw bodyReadBefore();
  const body = bodyOf(answer.text);
  if (body?.['code'] !== code)
    return `to have the code ${code}, and it has ${JSON.stringify(body?.['code'])}`;
  if (body['status'] !== 401 || body['error'] !== 'Unauthorized')
    return 'to have the documented body, with "status" 401 and "error" "Unauthorized"';
  const { challengeError } = refusalRow(code);
  return parameters['error'] === challengeError
    ? undefined
    : `to challenge with ${challengeError === undefined ? 'no error' : `error="${challengeError}"`}, as ${code} does`;
}

function challengeFault(
  { challenge }: ReceivedAnswer,
  expected: ExpectedChallenge,
  equals: MatcherContext['equals'],
): string | undefined {
  const parameters = bearerParameters(challenge);
  if (parameters === undefined) return 'to carry a Bearer challenge';
  const wrong = Object.keys(expected).filter((name) => !equals(parameters[name], expected[name]));
  return wrong.length === 0
    ? undefined
    : `to challenge with other values of ${wrong.join(', ')}: ${JSON.stringify(expected)}`;
}

function bodyOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function shown({ status, challenge, text }: ReceivedAnswer): string {
  const body = text?.slice(0, 500) ?? '(its body was read before)';
  return `received: ${status}\nWWW-Authenticate: ${challenge ?? '(none)'}\n${body}`;
}

/** No verdict, which `.not` would turn round: without its body the code is unknown. */
function bodyReadBefore(): TypeError {
  return new TypeError(
    'the response cannot be compared with a code: its body was read before. ' +
      'Give it to toBeUnauthorized() first, or read the body of its clone()',
  );
}

function requireUnauthorizedCode(code: string): void {
  const status = Object.hasOwn(REFUSALS, code) ? refusalRow(code as RefusalCode).status : undefined;
  if (status !== 401)
    throw new TypeError(
      `${JSON.stringify(code)} is ${status === undefined ? 'no refusal code' : `a ${status}`}; ` +
        'toBeUnauthorized() takes the codes of a 401',
    );
}
