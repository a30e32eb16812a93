import type { AbstractHttpAdapter } from '@nestjs/core';
import { Refusal } from '../../refusals/refusal.js';
import { sendJson } from '../../refusals/send-json.js';
import { SafeLogger } from '../../util/safe-logger.js';
import { bodyOf, mediaTypeOf, type PostedRequest } from './posted-token.js';

/** How an endpoint answers; without a body where there is nothing to say. */
export interface EventAnswer {
  readonly status: number;
  readonly body?: object;
  readonly retryAfterSeconds?: number;
  /** Why a token is refused, for the log. */
  readonly reason?: string;
}

/** What takes tokens at an endpoint. */
export interface EventReceiver {
  /** For the log. */
  readonly name: string;
  readonly mediaType: string;
  /** @throws Refusal `keys_unavailable` or an error, as a rejection, when it can't tell what to answer. */
  receive(body: unknown): Promise<EventAnswer>;
  /** The answer to what is no request for this endpoint; `description` says why. */
  malformed(description: string): EventAnswer;
}

/** When it is worth trying again what failed here, where nothing better is known. */
const RETRY_AFTER_SECONDS = 5;

/** Of Fastify, what makes a part of the application that parses bodies in its own way. */
interface FastifyScope {
  register(plugin: (scope: FastifyScope, options: object, done: () => void) => void): void;
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    type: string,
    parser: (request: unknown, body: unknown, done: (error: null, body: unknown) => void) => void,
  ): void;
  setErrorHandler(handler: (error: unknown, request: unknown, response: unknown) => void): void;
  post(path: string, handler: (request: PostedRequest, response: unknown) => void): void;
}

/**
 * Serves one endpoint that tokens are posted to. The route is the adapter's own: no guard of the application
 * reaches it, because the token says who sent it, and the body is read here where no parser has read it.
 */
export class EventEndpoint {
  private readonly logger = new SafeLogger();

  constructor(
    private readonly adapter: AbstractHttpAdapter,
    private readonly receiver: EventReceiver,
    private readonly maxBytes: number,
  ) {}

  register(path: string): void {
    const handler = (request: PostedRequest, response: unknown): void =>
      void this.answer(request).then((answer) => this.send(response, answer));
    if (this.adapter.getType() === 'fastify')
      this.adapter.getInstance<FastifyScope>().register((scope, _options, done) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, body, parsed) => parsed(null, body));
        // Fastify refuses some requests itself, such as one whose Content-Type is no media type.
        scope.setErrorHandler((_error, _request, response) =>
          this.send(response, this.receiver.malformed('the request can’t be read')),
        );
        scope.post(path, handler);
        done();
      });
    else this.adapter.post(path, handler);
  }

  private async answer(request: PostedRequest): Promise<EventAnswer> {
    const { receiver } = this;
    if (mediaTypeOf(request) !== receiver.mediaType)
      return receiver.malformed(`the Content-Type is not ${receiver.mediaType}`);
    let body: unknown;
    try {
      body = await bodyOf(request, this.maxBytes);
    } catch (error) {
      return receiver.malformed((error as Error).message);
    }
    try {
      return await receiver.receive(body);
    } catch (error) {
      return this.unavailable(error);
    }
  }

  /** Neither yes nor no: keys or the store are unavailable, or a function of the application failed. */
  private unavailable(error: unknown): EventAnswer {
    const { name } = this.receiver;
    if (error instanceof Refusal) {
      this.logger.error(`${name}: ${error.code}: ${error.reason}`);
      return { status: 503, retryAfterSeconds: error.retryAfterSeconds ?? RETRY_AFTER_SECONDS };
    }
    this.logger.error(`${name}: what a token demands could not be carried out`, error);
    return { status: 503, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }

  private send(response: unknown, { status, body, retryAfterSeconds, reason }: EventAnswer): void {
    const { adapter, receiver } = this;
    if (reason !== undefined) this.logger.debug(`${receiver.name}: ${status}: ${reason}`);
    adapter.setHeader(response, 'Cache-Control', 'no-store');
    if (retryAfterSeconds !== undefined)
      adapter.setHeader(response, 'Retry-After', String(retryAfterSeconds));
    if (body === undefined) adapter.reply(response, undefined, status);
    else sendJson(adapter, response, { status, type: 'application/json', body });
  }
}
