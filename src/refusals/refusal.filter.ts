import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError } from 'rxjs';
import { TOKENS } from '../di-tokens.js';
import { isRefusalException } from './exception-of.js';
import { presentForeign } from './foreign-unauthorized.js';
import {
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
} from './refusal.exceptions.js';
import { presentRefusal } from './refusal.presentation.js';
import type { RefusalResponder } from './refusal.responder.js';

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
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {}

  catch(exception: UnauthorizedException, host: ArgumentsHost): unknown {
    switch (host.getType<string>()) {
      case 'http':
        return this.reply(exception, host.switchToHttp().getResponse());
      // A value returned from here would reach the caller of a message handler as a success.
      case 'rpc':
        return throwError(() => this.present(exception).body);
      default:
        return exception;
    }
  }

  private reply(exception: UnauthorizedException, response: unknown): void {
    const { httpAdapter } = this.adapterHost;
    // As Nest's own filter does: what was sent stands, and the connection is not left hanging.
    if (httpAdapter.isHeadersSent(response)) return httpAdapter.end(response);
    const { body, ...headers } = this.present(exception);
    this.responder.setHeaders(headers, response);
    httpAdapter.reply(response, body, exception.getStatus());
  }

  private present(exception: UnauthorizedException): {
    body: unknown;
    challenge: string | undefined;
    retryAfterSeconds?: number;
  } {
    const { presentation } = this.responder;
    if (!isRefusalException(exception)) return presentForeign(exception, presentation);
    const details = 'details' in exception ? exception.details : {};
    return {
      ...presentRefusal(exception.code, presentation, details),
      ...(exception instanceof KeysUnavailableException && {
        retryAfterSeconds: exception.retryAfterSeconds,
      }),
    };
  }
}
