import { BadRequestException, ForbiddenException, HttpException } from '@nestjs/common';
import type { ChallengeDetails } from './challenge.js';
import { readableByGraphQL } from './graphql-error.js';
import { DEFAULT_PRESENTATION, presentRefusal } from './refusal-presentation.js';
import type { RefusalException, RefusalExceptionOptions } from './unauthorized-exceptions.js';

/** The identity lacks a scope or role (RFC 6750 section 3.1 `insufficient_scope`). */
export class InsufficientScopeException extends ForbiddenException implements RefusalException {
  static readonly code = 'insufficient_scope';
  readonly code = 'insufficient_scope';
  readonly challenge: string | undefined;
  /** What the challenge asks of the client's next token. */
  readonly details: ChallengeDetails;

  /** @param scope what the route asks for, space-separated; sent in the challenge. */
  constructor(
    readonly scope?: string,
    { presentation = DEFAULT_PRESENTATION, scheme, cause }: RefusalExceptionOptions = {},
  ) {
    const details = { scope, scheme };
    const { body, challenge } = presentRefusal('insufficient_scope', presentation, details);
    super(body, { cause });
    this.challenge = challenge;
    this.details = details;
  }
}

/** More than one token came with the request (RFC 6750 section 3.1 `invalid_request`). */
export class InvalidRequestException extends BadRequestException implements RefusalException {
  static readonly code = 'invalid_request';
  readonly code = 'invalid_request';
  readonly challenge: string | undefined;

  constructor({ presentation = DEFAULT_PRESENTATION, cause }: RefusalExceptionOptions = {}) {
    const { body, challenge } = presentRefusal('invalid_request', presentation);
    super(body, { cause });
    this.challenge = challenge;
  }
}

/**
 * The token could not be checked; the same request may succeed later (RFC 9110 section 15.6.4). It is not
 * Nest's `ServiceUnavailableException`: a filter that answers an outage of a backend with stored data
 * catches that one, and would give the data to a caller whose token was not verified.
 */
export class KeysUnavailableException extends HttpException implements RefusalException {
  static readonly code = 'keys_unavailable';
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

/** Where no better value is known. */
const DEFAULT_RETRY_SECONDS = 5;

/** Whole seconds for `Retry-After` (RFC 9110 section 10.2.3), whatever callers without types give. */
function retryAfter(seconds: number = DEFAULT_RETRY_SECONDS): number {
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : DEFAULT_RETRY_SECONDS;
}

readableByGraphQL(InsufficientScopeException, InvalidRequestException, KeysUnavailableException);
