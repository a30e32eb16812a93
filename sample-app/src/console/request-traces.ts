import type { NestMiddleware } from '@nestjs/common';
import type { AuthObserver, RefusalCode, RefusedEvent } from 'nestjs-trusted-issuers';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is known of one request when it has been answered. */
export interface RequestTrace {
  /** `open`: no token was looked at, or none came and the route does without. */
  readonly outcome: 'admitted' | 'refused' | 'open';
  /** Whether these very bytes had been verified before. */
  readonly remembered: boolean;
  /** The keys of the issuer, as far as this request had them fetched. */
  readonly keys?: 'fetched' | 'not available';
  /** How long the token was checked. */
  readonly durationMs?: number;
  /** Of a refusal: its code, the step that refused, and the line in the operator's log. */
  readonly code?: RefusalCode;
  readonly step?: RefusedEvent['step'];
  readonly reason?: string;
}

type Draft = { -readonly [Member in keyof RequestTrace]: RequestTrace[Member] };

const MAX_TRACES = 100;

/**
 * Notes what the module's observer is told, by the request it is told about: everything that a
 * request causes runs in its asynchronous context. `X-Request-Id` names the trace.
 */
export class RequestTraces implements NestMiddleware<IncomingMessage, ServerResponse> {
  private readonly requests = new AsyncLocalStorage<Draft>();
  private readonly traces = new Map<string, Draft>();

  readonly observer: AuthObserver = {
    keysRefreshed: () => this.note({ keys: 'fetched' }),
    keyRefreshFailed: () => this.note({ keys: 'not available' }),
    authenticated: ({ remembered, durationMs }) =>
      this.note({
        outcome: 'admitted',
        remembered,
        ...(durationMs !== undefined && { durationMs }),
      }),
    refused: ({ code, step, durationMs }) =>
      this.note({
        ...{ outcome: 'refused', code, step },
        ...(durationMs !== undefined && { durationMs }),
      }),
  };

  /** The log's word on why a request is refused; it comes before the observer's. */
  noteLogLine(line: string): void {
    const [, reason] = /^\w+: (.*)$/s.exec(line) ?? [];
    if (reason !== undefined) this.note({ reason });
  }

  use(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const id = randomUUID();
    const trace: Draft = { outcome: 'open', remembered: false };
    this.traces.set(id, trace);
    const [oldest] = this.traces.keys();
    if (this.traces.size > MAX_TRACES && oldest !== undefined) this.traces.delete(oldest);
    response.setHeader('X-Request-Id', id);
    this.requests.run(trace, next);
  }

  find(id: string): RequestTrace | undefined {
    return this.traces.get(id);
  }

  private note(known: Partial<RequestTrace>): void {
    const trace = this.requests.getStore();
    if (trace) Object.assign(trace, known);
  }
}
