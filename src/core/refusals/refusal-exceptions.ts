import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  UnauthorizedException,
} from '@nestjs/common';
import type { ChallengeDetails } from './challenge.js';
import {
  DEFAULT_PRESENTATION,
  presentRefusal,
  type RefusalPresentation,
} from './refusal-presentation.js';
import { readableByGraphQL } from './graphql-error.js';
import type { CauseCode } from './refusal-table.js';
import { retryAfter } from './retry-after.js';

/** What every exception of this module has beside Nest's members. */
export interface RefusalException {
  /** Which refusal it is; precise also where `disclosure: 'minimal'` sends a coarser one. */
  readonly code: CauseCode;
  /** Value of `WWW-Authenticate`, where the answer carries one. */
  readonly challenge: string | undefined;
}

/** How an exception is made; all members are optional. */
export interface RefusalExceptionOptions {
  /** How the application words refusals. Absent: realm `api`, detailed, with hint; the exception filter puts the application's own in its place. */
  readonly presentation?: RefusalPresentation;
  /** For the log: why. Never sent. */
  readonly cause?: unknown;
}

/** A 401 of this module. Its response is the documented body, so that it survives any exception filter. */
export abstract class UnauthorizedRefusal
  extends UnauthorizedException
  implements RefusalException
{
  readonly challenge: string | undefined;

  protected constructor(
    readonly code: CauseCode,
    { presentation = DEFAULT_PRESENTATION, cause }: RefusalExceptionOptions = {},
    /** What the challenge asks of the client's next token. */
    readonly details?: ChallengeDetails,
  ) {
    const { body, challenge } = presentRefusal(code, presentation, details);
    super(body, { cause });
    this.challenge = challenge;
  }
}

/** No usable credentials came with the request (RFC 6750 section 3.1: no `error` in the challenge). */
export class AuthenticationRequiredException extends UnauthorizedRefusal {
  declare readonly code: 'auth_required';
  constructor(options?: RefusalExceptionOptions) {
    super('auth_required', options);
  }
}

/** A handler or `callerOf` asked for the caller's identity and none was established: the route lacks its guard. */
export class NoIdentityException extends UnauthorizedRefusal {
  declare readonly code: 'auth_required';
  constructor(options?: RefusalExceptionOptions) {
    super('auth_required', options);
  }
}

/**
 * The token has expired (RFC 7519 section 4.1.4): its signature was good, or its key is no longer in the
 * issuer's set.
 */
export class TokenExpiredException extends UnauthorizedRefusal {
  declare readonly code: 'token_expired';
  constructor(options?: RefusalExceptionOptions) {
    super('token_expired', options);
  }
}

/** No key of the issuer verifies the signature (RFC 7515 section 5.2), or the algorithm is not allowed (RFC 8725 section 3.1). */
export class SignatureInvalidException extends UnauthorizedRefusal {
  declare readonly code: 'signature_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('signature_invalid', options);
  }
}

/** The token's `iss` is not a trusted issuer (RFC 9068 section 4). */
export class IssuerUntrustedException extends UnauthorizedRefusal {
  declare readonly code: 'issuer_untrusted';
  constructor(options?: RefusalExceptionOptions) {
    super('issuer_untrusted', options);
  }
}

/** The token is not one well-formed compact JWS (RFC 7515 section 7.1). */
export class TokenMalformedException extends UnauthorizedRefusal {
  declare readonly code: 'token_malformed';
  constructor(options?: RefusalExceptionOptions) {
    super('token_malformed', options);
  }
}

/** The token becomes valid only later (RFC 7519 section 4.1.5). */
export class TokenNotActiveException extends UnauthorizedRefusal {
  declare readonly code: 'token_not_active';
  constructor(options?: RefusalExceptionOptions) {
    super('token_not_active', options);
  }
}

/** The token is meant for another API (RFC 7519 section 4.1.3). */
export class AudienceInvalidException extends UnauthorizedRefusal {
  declare readonly code: 'audience_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('audience_invalid', options);
  }
}

/** A claim other than time, issuer or audience is not acceptable. */
export class ClaimsInvalidException extends UnauthorizedRefusal {
  declare readonly code: 'claims_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('claims_invalid', options);
  }
}

/** The application's `isRevoked` says the token no longer counts. */
export class TokenRevokedException extends UnauthorizedRefusal {
  declare readonly code: 'token_revoked';
  constructor(options?: RefusalExceptionOptions) {
    super('token_revoked', options);
  }
}

/** What {@link StepUpRequiredException} asks of the user's next authentication. */
export type StepUpDetails = Pick<ChallengeDetails, 'acrValues' | 'maxAgeSeconds'>;

/** The token is good, but its user must log in again, or with more (RFC 9470 section 3). */
export class StepUpRequiredException extends UnauthorizedRefusal {
  declare readonly code: 'step_up_required';

  /** @param details what the route asks for; sent in the challenge. */
  constructor(details?: StepUpDetails, options?: RefusalExceptionOptions) {
    super('step_up_required', options, details);
  }
}

/** The identity lacks a scope or role (RFC 6750 section 3.1 `insufficient_scope`). */
export class InsufficientScopeException extends ForbiddenException implements RefusalException {
  readonly code = 'insufficient_scope';
  readonly challenge: string | undefined;
  /** What the challenge asks of the client's next token. */
  readonly details: ChallengeDetails;

  /** @param scope what the route asks for, space-separated; sent in the challenge. */
  constructor(
    readonly scope?: string,
    { presentation = DEFAULT_PRESENTATION, cause }: RefusalExceptionOptions = {},
  ) {
    const details = { scope };
    const { body, challenge } = presentRefusal('insufficient_scope', presentation, details);
    super(body, { cause });
    this.challenge = challenge;
    this.details = details;
  }
}

/** More than one token came with the request (RFC 6750 section 3.1 `invalid_request`). */
export class InvalidRequestException extends BadRequestException implements RefusalException {
  readonly code = 'invalid_request';
  readonly challenge: string | undefined;

  constructor({ presentation = DEFAULT_PRESENTATION, cause }: RefusalExceptionOptions = {}) {
    const { body, challenge } = presentRefusal('invalid_request', presentation);
    super(body, { cause });
    this.challenge = challenge;
  }
}

/**
 * The token could not be judged; the same request may succeed later (RFC 9110 section 15.6.4). It is not
 * Nest's `ServiceUnavailableException`: a filter that answers an outage of a backend with stored data
 * catches that one, and would give the data to a caller whose token nobody verified.
 */
export class KeysUnavailableException extends HttpException implements RefusalException {
  readonly code = 'keys_unavailable';
  readonly challenge = undefined;
  /**
   * Value of `Retry-After` in seconds (RFC 9110 section 10.2.3): what the constructor was given, rounded
   * up, and at least 0. Default 5.
   */
  readonly retryAfterSeconds: number;

  constructor({
    presentation = DEFAULT_PRESENTATION,
    cause,
    retryAfterSeconds,
  }: RefusalExceptionOptions & { readonly retryAfterSeconds?: number } = {}) {
    const { body } = presentRefusal('keys_unavailable', presentation);
    super(body, body.status, { cause });
    this.retryAfterSeconds = retryAfter(retryAfterSeconds);
  }
}

readableByGraphQL(
  UnauthorizedRefusal,
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
);

/** Every exception of this module; a `switch` over `code` narrows it. */
export type AnyRefusalException =
  | AuthenticationRequiredException
  | NoIdentityException
  | TokenExpiredException
  | SignatureInvalidException
  | IssuerUntrustedException
  | TokenMalformedException
  | TokenNotActiveException
  | AudienceInvalidException
  | ClaimsInvalidException
  | TokenRevokedException
  | StepUpRequiredException
  | InsufficientScopeException
  | InvalidRequestException
  | KeysUnavailableException;
