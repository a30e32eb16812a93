import { UnauthorizedException } from '@nestjs/common';
import type { AuthenticationScheme } from '../calls/exchange.js';
import type { ChallengeDetails } from './challenge.js';
import { readableByGraphQL } from './graphql-error.js';
import {
  DEFAULT_PRESENTATION,
  presentRefusal,
  type RefusalPresentation,
} from './refusal-presentation.js';
import type { CauseCode } from './refusal-table.js';

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
  /** The scheme under which the token came: where several are offered, its challenge names the error. Absent: the first one offered. */
  readonly scheme?: AuthenticationScheme | undefined;
  /** For the log: why. Never sent. */
  readonly cause?: unknown;
}

/** A 401 of this module. Its response is the documented body, so that it survives any exception filter. */
export abstract class UnauthorizedRefusal
  extends UnauthorizedException
  implements RefusalException
{
  readonly challenge: string | undefined;
  /** What the challenge asks of the client's next token. */
  readonly details: ChallengeDetails | undefined;

  protected constructor(
    readonly code: CauseCode,
    { presentation = DEFAULT_PRESENTATION, scheme, cause }: RefusalExceptionOptions = {},
    asked?: ChallengeDetails,
  ) {
    const details = scheme === undefined ? asked : { ...asked, scheme };
    const { body, challenge } = presentRefusal(code, presentation, details);
    super(body, { cause });
    this.challenge = challenge;
    this.details = details;
  }
}

/** No usable credentials came with the request (RFC 6750 section 3.1: no `error` in the challenge). */
export class AuthenticationRequiredException extends UnauthorizedRefusal {
  static readonly code = 'auth_required';
  declare readonly code: 'auth_required';

  /** @param details the scopes that the route demands; sent in the challenge. */
  constructor(options?: RefusalExceptionOptions, details?: Pick<ChallengeDetails, 'scope'>) {
    super('auth_required', options, details);
  }
}

/** A handler or `callerOf` asked for the caller's identity and none was established: the route lacks its guard. */
export class NoIdentityException extends UnauthorizedRefusal {
  static readonly code = 'auth_required';
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
  static readonly code = 'token_expired';
  declare readonly code: 'token_expired';
  constructor(options?: RefusalExceptionOptions) {
    super('token_expired', options);
  }
}

/** No key of the issuer verifies the signature (RFC 7515 section 5.2), or the algorithm is not allowed (RFC 8725 section 3.1). */
export class SignatureInvalidException extends UnauthorizedRefusal {
  static readonly code = 'signature_invalid';
  declare readonly code: 'signature_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('signature_invalid', options);
  }
}

/** The token's `iss` is not a trusted issuer (RFC 9068 section 4). */
export class IssuerUntrustedException extends UnauthorizedRefusal {
  static readonly code = 'issuer_untrusted';
  declare readonly code: 'issuer_untrusted';
  constructor(options?: RefusalExceptionOptions) {
    super('issuer_untrusted', options);
  }
}

/** The token is not one well-formed compact JWS (RFC 7515 section 7.1). */
export class TokenMalformedException extends UnauthorizedRefusal {
  static readonly code = 'token_malformed';
  declare readonly code: 'token_malformed';
  constructor(options?: RefusalExceptionOptions) {
    super('token_malformed', options);
  }
}

/** The token becomes valid only later (RFC 7519 section 4.1.5). */
export class TokenNotActiveException extends UnauthorizedRefusal {
  static readonly code = 'token_not_active';
  declare readonly code: 'token_not_active';
  constructor(options?: RefusalExceptionOptions) {
    super('token_not_active', options);
  }
}

/** The token is meant for another API (RFC 7519 section 4.1.3). */
export class AudienceInvalidException extends UnauthorizedRefusal {
  static readonly code = 'audience_invalid';
  declare readonly code: 'audience_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('audience_invalid', options);
  }
}

/** A claim other than time, issuer or audience is not acceptable. */
export class ClaimsInvalidException extends UnauthorizedRefusal {
  static readonly code = 'claims_invalid';
  declare readonly code: 'claims_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('claims_invalid', options);
  }
}

/**
 * The token is bound to a key or a certificate (RFC 7800 section 3.1), and the request does not prove that it is the
 * caller's.
 */
export class TokenBindingInvalidException extends UnauthorizedRefusal {
  static readonly code = 'token_binding_invalid';
  declare readonly code: 'token_binding_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('token_binding_invalid', options);
  }
}

/** No proof came with a bound token, or one that is not good for this request (RFC 9449 section 4.3). */
export class DpopProofInvalidException extends UnauthorizedRefusal {
  static readonly code = 'dpop_proof_invalid';
  declare readonly code: 'dpop_proof_invalid';
  constructor(options?: RefusalExceptionOptions) {
    super('dpop_proof_invalid', options);
  }
}

/** The proof has no nonce of this API, or an old one (RFC 9449 section 9). */
export class DpopNonceRequiredException extends UnauthorizedRefusal {
  static readonly code = 'dpop_nonce_required';
  declare readonly code: 'dpop_nonce_required';

  /** @param dpopNonce the nonce to use, sent in `DPoP-Nonce`. */
  constructor(dpopNonce?: string, options?: RefusalExceptionOptions) {
    super('dpop_nonce_required', options, { dpopNonce });
  }
}

/**
 * The application's `isRevoked` says that the token no longer counts, or it was revoked through
 * `Revocations` or by a logout.
 */
export class TokenRevokedException extends UnauthorizedRefusal {
  static readonly code = 'token_revoked';
  declare readonly code: 'token_revoked';
  constructor(options?: RefusalExceptionOptions) {
    super('token_revoked', options);
  }
}

/** The token's issuer was asked about it and says that it is not active (RFC 7662 section 2.2). */
export class TokenInactiveException extends UnauthorizedRefusal {
  static readonly code = 'token_inactive';
  declare readonly code: 'token_inactive';
  constructor(options?: RefusalExceptionOptions) {
    super('token_inactive', options);
  }
}

/** What {@link StepUpRequiredException} asks of the user's next authentication. */
export type StepUpDetails = Pick<ChallengeDetails, 'acrValues' | 'maxAgeSeconds'>;

/** The token is good, but its user must log in again, or with more (RFC 9470 section 3). */
export class StepUpRequiredException extends UnauthorizedRefusal {
  static readonly code = 'step_up_required';
  declare readonly code: 'step_up_required';

  /** @param details what the route asks for; sent in the challenge. */
  constructor(details?: StepUpDetails, options?: RefusalExceptionOptions) {
    super('step_up_required', options, details);
  }
}

readableByGraphQL(UnauthorizedRefusal);
