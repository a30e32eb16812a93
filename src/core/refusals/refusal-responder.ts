import { Inject, Injectable } from '@nestjs/common';
import { SafeLogger } from '../util/safe-logger.js';
import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { TOKENS } from '../util/di-tokens.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { takesHeaders } from '../calls/http-exchange.js';
import type { ChallengeDetails } from './challenge.js';
import { noteChallenge } from './sent-challenge.js';
import { exceptionOf } from './exception-of.js';
import type { AnyRefusalException } from './exception-of.js';
import { NoIdentityException } from './unauthorized-exceptions.js';
import { Refusal } from './refusal.js';
import { RefusedRequest } from './refused-request.js';
import type { RefusalPresentation } from './refusal-presentation.js';

/** What an exception says in headers. */
interface SentHeaders {
  readonly challenge: string | undefined;
  readonly retryAfterSeconds?: number;
  readonly details?: ChallengeDetails | undefined;
}

/** Turns a refusal into this application's exception, its response headers, an event and a line in the log. */
@Injectable()
export class RefusalResponder {
  private readonly logger = new SafeLogger();

  constructor(
    @Inject(TOKENS.refusalPresentation) readonly presentation: RefusalPresentation,
    @Inject(TOKENS.adapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(TOKENS.events) private readonly events: AuthEvents,
  ) {}

  /** The exception to throw. */
  exceptionOf(refusal: Refusal): AnyRefusalException {
    this.log(refusal);
    const { code, check, judged } = refusal;
    this.events.publish('refused', new RefusedRequest(code, check, judged));
    refusal.formattedBy = this.presentation;
    return exceptionOf(refusal, this.presentation);
  }

  /** Whether an exception was made here, so that body and challenge are this application's already. */
  isFormattedHere({ cause }: AnyRefusalException): boolean {
    return cause instanceof Refusal && cause.formattedBy === this.presentation;
  }

  /**
   * The exception to throw for a request that has a response. Headers are set on it here, not only
   * in the exception filter, so that they also survive an application's own catch-all filter.
   */
  refuse(refusal: Refusal, response: unknown): AnyRefusalException {
    const exception = this.exceptionOf(refusal);
    this.setHeaders(exception, response);
    return exception;
  }

  /** The same for a route that needs a caller and has none, because no guard looked for one. */
  refuseStranger(response: unknown): NoIdentityException {
    const exception = new NoIdentityException({ presentation: this.presentation });
    this.events.publish('refused', new RefusedRequest(exception.code, 'credentials'));
    this.setHeaders(exception, response);
    return exception;
  }

  /**
   * Sets the headers that go with an exception, unless the response is already under way or there is
   * none.
   *
   * @param keepsChallenge whether to keep one that is already set, such as another guard's.
   */
  setHeaders(headers: SentHeaders, response: unknown, keepsChallenge = false): void {
    // Typed as always there; it is absent in an application context without HTTP.
    const adapter: AbstractHttpAdapter | undefined = this.adapterHost.httpAdapter;
    if (!adapter || !takesHeaders(response) || adapter.isHeadersSent(response)) return;
    const { challenge, retryAfterSeconds, details } = headers;
    const isAnothers = keepsChallenge && adapter.getHeader(response, 'WWW-Authenticate');
    if (challenge !== undefined && !isAnothers) {
      adapter.setHeader(response, 'WWW-Authenticate', challenge);
      noteChallenge(response as object, challenge);
    }
    if (retryAfterSeconds !== undefined)
      adapter.setHeader(response, 'Retry-After', String(retryAfterSeconds));
    if (details?.dpopNonce !== undefined)
      adapter.setHeader(response, 'DPoP-Nonce', details.dpopNonce);
    // With the caching that the route allows for its good answers, or in a cache that keeps errors as well,
    // one caller's refusal would be sent to all others.
    adapter.setHeader(response, 'Cache-Control', 'no-store');
  }

  /** Names the issuer as configured: a tenant's name would come from the token. */
  private log({ code, reason, cause, judged }: Refusal): void {
    const whose = judged?.issuer === undefined ? '' : ` (${judged.issuer})`;
    const line = `${code}: ${reason}${whose}`;
    if (code !== 'keys_unavailable') this.logger.debug(line);
    else this.logger.error(line, cause);
  }
}
