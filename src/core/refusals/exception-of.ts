import type { Refusal } from './refusal.js';
import {
  type AnyRefusalException,
  AudienceInvalidException,
  AuthenticationRequiredException,
  ClaimsInvalidException,
  InsufficientScopeException,
  InvalidRequestException,
  IssuerUntrustedException,
  KeysUnavailableException,
  type RefusalException,
  type RefusalExceptionOptions,
  SignatureInvalidException,
  StepUpRequiredException,
  TokenExpiredException,
  TokenMalformedException,
  TokenNotActiveException,
  TokenRevokedException,
} from './refusal-exceptions.js';
import type { RefusalPresentation } from './refusal-presentation.js';
import type { CauseCode } from './refusal-table.js';
import { withoutStack } from './without-stack.js';

type Make = (options: RefusalExceptionOptions, refusal: Refusal) => AnyRefusalException;

const MAKERS: Readonly<Record<CauseCode, Make>> = {
  auth_required: (options) => new AuthenticationRequiredException(options),
  token_expired: (options) => new TokenExpiredException(options),
  signature_invalid: (options) => new SignatureInvalidException(options),
  issuer_untrusted: (options) => new IssuerUntrustedException(options),
  token_malformed: (options) => new TokenMalformedException(options),
  token_not_active: (options) => new TokenNotActiveException(options),
  audience_invalid: (options) => new AudienceInvalidException(options),
  claims_invalid: (options) => new ClaimsInvalidException(options),
  token_revoked: (options) => new TokenRevokedException(options),
  step_up_required: (options, { details }) => new StepUpRequiredException(details, options),
  insufficient_scope: (options, { details }) =>
    new InsufficientScopeException(details.scope, options),
  invalid_request: (options) => new InvalidRequestException(options),
  keys_unavailable: (options, { retryAfterSeconds }) =>
    new KeysUnavailableException({
      ...options,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }),
};

/**
 * The exception an application sees for a refusal. Its `cause` is the refusal, for the log. No stack
 * is captured: a refusal is an expected outcome, and a stack costs more than all the rest of a 401.
 */
export function exceptionOf(
  refusal: Refusal,
  presentation: RefusalPresentation,
): AnyRefusalException {
  const exception = withoutStack(() =>
    MAKERS[refusal.code]({ presentation, cause: refusal }, refusal),
  );
  // Apollo Server sends it in development, and its one line names the exception's class.
  if (presentation.disclosure === 'minimal') exception.stack = exception.message;
  return exception;
}

/** Whether something thrown is an exception of this module. */
export function isRefusalException(thrown: unknown): thrown is AnyRefusalException {
  return (
    thrown instanceof Error &&
    'challenge' in thrown &&
    Object.hasOwn(MAKERS, String((thrown as Partial<RefusalException>).code))
  );
}
