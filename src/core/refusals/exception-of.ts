import type { Refusal } from './refusal.js';
import {
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
} from './refusal-exceptions.js';
import type { RefusalPresentation } from './refusal-presentation.js';
import type { CauseCode } from './refusal-table.js';
import {
  AudienceInvalidException,
  AuthenticationRequiredException,
  DpopNonceRequiredException,
  DpopProofInvalidException,
  ClaimsInvalidException,
  IssuerUntrustedException,
  NoIdentityException,
  SignatureInvalidException,
  StepUpRequiredException,
  TokenBindingInvalidException,
  TokenExpiredException,
  TokenMalformedException,
  TokenNotActiveException,
  TokenRevokedException,
  TokenInactiveException,
  type RefusalException,
  type RefusalExceptionOptions,
} from './unauthorized-exceptions.js';
import { withoutStack } from './without-stack.js';

/** Every exception of this module; where two have a code, a refusal becomes the first. */
export const EXCEPTIONS = [
  AuthenticationRequiredException,
  NoIdentityException,
  TokenExpiredException,
  SignatureInvalidException,
  IssuerUntrustedException,
  TokenMalformedException,
  TokenNotActiveException,
  AudienceInvalidException,
  ClaimsInvalidException,
  TokenBindingInvalidException,
  DpopProofInvalidException,
  DpopNonceRequiredException,
  TokenRevokedException,
  TokenInactiveException,
  StepUpRequiredException,
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
] as const;

/** An exception of this module; a `switch` over `code` narrows it. */
export type AnyRefusalException = InstanceType<(typeof EXCEPTIONS)[number]>;

/** What the constructors of some take beside their options. */
const ARGUMENTS: Partial<
  Record<CauseCode, (refusal: Refusal, options: RefusalExceptionOptions) => readonly unknown[]>
> = {
  // Without a scope it is worded once for all.
  auth_required: ({ details }, options) =>
    details.scope === undefined ? [options] : [options, details],
  dpop_nonce_required: ({ details }, options) => [details.dpopNonce, options],
  step_up_required: ({ details }, options) => [details, options],
  insufficient_scope: ({ details }, options) => [details.scope, options],
  keys_unavailable: ({ retryAfterSeconds }, options) => [{ ...options, retryAfterSeconds }],
};

type AnyException = new (...given: readonly unknown[]) => AnyRefusalException;

const BY_CODE = new Map<string, AnyException>(
  EXCEPTIONS.toReversed().map((type) => [type.code, type as unknown as AnyException]),
);

/**
 * The exception an application sees for a refusal. Its `cause` is the refusal, for the log. No stack
 * is captured: a refusal is an expected outcome, and a stack costs more than all the rest of a 401.
 */
export function exceptionOf(
  refusal: Refusal,
  presentation: RefusalPresentation,
): AnyRefusalException {
  const { code } = refusal;
  const Exception = BY_CODE.get(code) as AnyException;
  const options = { presentation, scheme: refusal.details.scheme, cause: refusal };
  const given = ARGUMENTS[code]?.(refusal, options) ?? [options];
  const exception = withoutStack(() => new Exception(...given));
  // Apollo Server sends it in development, and its one line names the exception's class.
  if (presentation.disclosure === 'minimal') exception.stack = exception.message;
  return exception;
}

/** Whether something thrown is an exception of this module. */
export function isRefusalException(thrown: unknown): thrown is AnyRefusalException {
  return (
    thrown instanceof Error &&
    'challenge' in thrown &&
    BY_CODE.has((thrown as Error & RefusalException).code)
  );
}
