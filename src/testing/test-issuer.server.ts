import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Responder } from './test-issuer.responder.js';

/** An HTTP server on a free loopback port. Its address must be known before anything can answer. */
export class TestIssuerServer {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async listen(): Promise<TestIssuerServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TestIssuerServer(server);
  }

  serve(responder: Responder): void {
    this.#server.on('request', async (request, response) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const { method = '', url = '' } = request;
      const answer = await responder.respond(method, url, gone.signal);
      if (answer === undefined) request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
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
