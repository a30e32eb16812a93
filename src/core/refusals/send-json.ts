import type { AbstractHttpAdapter } from '@nestjs/core';

/** An answer whose body is JSON. */
export interface JsonAnswer {
  readonly status: number;
  /** Media type, without parameters. */
  readonly type: string;
  readonly body: object;
}

/**
 * Ends a response with an answer of ours. On Express past `response.json`, which computes an `ETag`
 * that no refusal needs: that and its way through the application's settings take a fifth of the time
 * in which a request without a token is refused.
 */
export function sendJson(
  adapter: AbstractHttpAdapter,
  response: unknown,
  { status, type, body }: JsonAnswer,
): void {
  adapter.setHeader(response, 'Content-Type', `${type}; charset=utf-8`);
  if (adapter.getType() !== 'express') {
    adapter.reply(response, body, status);
    return;
  }
  const text = JSON.stringify(body);
  adapter.setHeader(response, 'Content-Length', String(Buffer.byteLength(text)));
  adapter.status(response, status);
  adapter.end(response, text);
}
