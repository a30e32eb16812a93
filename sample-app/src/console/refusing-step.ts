import type { RefusalCode } from 'nestjs-trusted-issuers';

/** The step of docs/request-path.md that refuses with a code. */
const STEP_OF_CODE: Readonly<Record<RefusalCode, number>> = {
  auth_required: 1,
  invalid_request: 1,
  token_malformed: 3,
  issuer_untrusted: 4,
  keys_unavailable: 5,
  signature_invalid: 6,
  token_expired: 7,
  token_not_active: 7,
  audience_invalid: 7,
  claims_invalid: 7,
  token_invalid: 7,
  token_revoked: 8,
  insufficient_scope: 9,
  step_up_required: 9,
};

/** Some codes come from two steps. Which of them it was, the reason in the operator's log tells. */
const OTHER_STEPS: readonly (readonly [code: RefusalCode, reason: RegExp, step: number])[] = [
  ['token_malformed', /^no space after the scheme|maxTokenBytes/, 1],
  ['signature_invalid', /^"alg" is not|^no key fits/, 5],
  ['token_expired', /the key is no longer in the set/, 5],
  ['claims_invalid', /^"typ" /, 5],
  ['claims_invalid', /^no subject in /, 8],
];

/** For the show only: an application goes by the code, and has no need of the step. */
export function refusingStep(code: RefusalCode, reason: string): number {
  const other = OTHER_STEPS.find(([of, pattern]) => of === code && pattern.test(reason));
  return other?.[2] ?? STEP_OF_CODE[code];
}
