import type { HttpFetch } from '../config/http-config.js';
import type { Responder } from './test-issuer-responder.js';

/** A `fetch` that reaches only one origin, and that without a network. */
export function inMemoryFetch(origin: string, responder: Responder): HttpFetch {
  return async (url, { method, headers, body, signal }) => {
    const target = new URL(url);
    signal.throwIfAborted();
    const answer =
      target.origin === origin
        ? await responder.respond(
            {
              method,
              path: target.pathname + target.search,
              posted: body === undefined ? undefined : { headers, body },
            },
            signal,
          )
        : undefined;
    signal.throwIfAborted();
    // What the built-in fetch throws when it gets no connection, or when the connection breaks.
    if (answer === undefined) throw new TypeError('fetch failed');
    return new Response(answer.body || null, { status: answer.status, headers: answer.headers });
  };
}
