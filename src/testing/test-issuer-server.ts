import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PostedForm } from './introspected-tokens.js';
import type { Responder } from './test-issuer-responder.js';

/** An HTTP server on loopback. Its address must be known before anything can answer. */
export class TestIssuerServer {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /**
   * @param port - 1 to 65535, or 0 for a free one. Default 0.
   * @throws Error with the code `EADDRINUSE` and the like when the port can't be used.
   */
  static async listen(port = 0): Promise<TestIssuerServer> {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new TestIssuerServer(server);
  }

  serve(responder: Responder): void {
    this.handle((request, response) => void answer(responder, request, response));
  }

  handle(listener: RequestListener): void {
    this.#server.on('request', listener);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    // Clients keep connections open; without this the close waits until they tire of it.
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Answers one request as the responder says. */
export async function answer(
  responder: Responder,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { method = '', url: path = '' } = request;
  const posted = method === 'POST' ? await postedIn(request) : undefined;
  const given = await responder.respond({ method, path, posted }, gone.signal);
  if (given === undefined) request.socket.destroy();
  else response.writeHead(given.status, given.headers).end(given.body);
}

/** No form for an introspection endpoint is longer; of another the rest is of no interest. */
const MAX_FORM_BYTES = 1_048_576;

async function postedIn(request: IncomingMessage): Promise<PostedForm | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > MAX_FORM_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    // The connection broke, so no client waits for an answer.
    return undefined;
  }
  return { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
}
