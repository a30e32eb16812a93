import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { throwError } from 'rxjs';
import { TOKENS } from '../util/di-tokens.js';
import { isRefusalException } from './exception-of.js';
import { presentForeign } from './foreign-unauthorized.js';
import {
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
} from './refusal-exceptions.js';
import {
  JSON_TYPE,
  PROBLEM_TYPE,
  prefersProblemDetails,
  problemDetailsOf,
} from './problem-details.js';
import { graphqlResponseOf } from '../calls/graphql-exchange.js';
import { takesHeaders } from '../calls/http-exchange.js';
import { graphqlErrorOf } from './graphql-error.js';
import { type PresentedRefusal, presentRefusal, type RefusalBody } from './refusal-presentation.js';
import type { RefusalResponder } from './refusal-responder.js';
import type { ChallengeDetails } from './challenge.js';
import { rpcErrorOf } from './rpc-error.js';
import { type JsonAnswer, sendJson } from './send-json.js';
import { vary } from '../calls/response-headers.js';

type HttpArgumentsHost = ReturnType<ArgumentsHost['switchToHttp']>;

/**
 * Answers every `UnauthorizedException`, this module's and the application's own, with the documented
 * body and challenge, worded for this application.
 */
@Injectable()
@Catch(
  UnauthorizedException,
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
)
export class RefusalExceptionFilter implements ExceptionFilter {
  constructor(
    @Inject(TOKENS.refusalResponder) private readonly responder: RefusalResponder,
    @Inject(TOKENS.adapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {}

  catch(exception: UnauthorizedException, host: ArgumentsHost): unknown {
    switch (host.getType<string>()) {
      case 'http':
        return this.reply(exception, host.switchToHttp());
      // A value returned from here would reach the caller of a message handler as a success.
      case 'rpc':
        return throwError(() => {
          const { applicationBody, ...presented } = this.present(exception);
          const { scope } = detailsOf(exception) ?? {};
          return applicationBody ?? rpcErrorOf({ ...presented, scope }, host.getArgs());
        });
      // Thrown, because a filtered subscription takes what is returned for its stream of events.
      case 'graphql':
        throw this.graphqlErrorOf(exception, host);
      default:
        return exception;
    }
  }

  private graphqlErrorOf(exception: UnauthorizedException, host: ArgumentsHost): Error {
    if (isRefusalException(exception) && this.responder.isFormattedHere(exception))
      return exception;
    const { applicationBody, ...worded } = this.present(exception);
    this.responder.setHeaders(worded, graphqlResponseOf(host));
    return graphqlErrorOf(worded, { cause: exception, applicationBody });
  }

  private reply(exception: UnauthorizedException, http: HttpArgumentsHost): void {
    // Typed as always there; it is absent in an application without HTTP.
    const httpAdapter = this.adapterHost.httpAdapter as AbstractHttpAdapter | null | undefined;
    const response = http.getResponse<unknown>();
    // A payload of ExternalContextCreator's: what is returned would be its caller's result.
    if (!httpAdapter || !takesHeaders(response)) throw exception;
    // As Nest's own filter does: what was sent can't be changed, but the connection must not be left hanging.
    if (httpAdapter.isHeadersSent(response)) return httpAdapter.end(response);
    const presented = this.present(exception);
    this.responder.setHeaders(presented, response, !isRefusalException(exception));
    const status = exception.getStatus();
    if (presented.applicationBody !== undefined)
      httpAdapter.reply(response, presented.applicationBody, status);
    else sendJson(httpAdapter, response, { status, ...this.negotiate(presented.body, http) });
  }

  /** The documented body, or the same as problem details for a client that asks for those. */
  private negotiate(body: RefusalBody, http: HttpArgumentsHost): Omit<JsonAnswer, 'status'> {
    const documented = { type: JSON_TYPE, body };
    const { errorUri, problemDetails = false } = this.responder.presentation;
    if (!problemDetails) return documented;
    const { headers } = http.getRequest<{ headers: { accept?: string } }>();
    vary(http.getResponse(), ['Accept']);
    return prefersProblemDetails(headers.accept)
      ? { type: PROBLEM_TYPE, body: problemDetailsOf(body, errorUri) }
      : documented;
  }

  protected present(exception: UnauthorizedException): PresentedRefusal & {
    readonly applicationBody?: unknown;
    readonly retryAfterSeconds?: number;
    readonly details?: ChallengeDetails | undefined;
  } {
    const { presentation } = this.responder;
    if (!isRefusalException(exception)) return presentForeign(exception, presentation);
    const details = detailsOf(exception);
    const { body, challenge } = this.responder.isFormattedHere(exception)
      ? { body: exception.getResponse() as RefusalBody, challenge: exception.challenge }
      : presentRefusal(exception.code, presentation, details);
    return exception instanceof KeysUnavailableException
      ? { body, challenge, retryAfterSeconds: exception.retryAfterSeconds }
      : { body, challenge, details };
  }
}

/** What an exception of ours asks of the client's next token. */
function detailsOf(exception: UnauthorizedException): ChallengeDetails | undefined {
  return isRefusalException(exception) && 'details' in exception ? exception.details : undefined;
}
