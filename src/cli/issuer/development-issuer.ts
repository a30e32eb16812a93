import type { IncomingMessage, ServerResponse } from 'node:http';
import { assembleTestIssuer } from '../../testing/create-test-issuer.js';
import { KeyRing } from '../../testing/key-ring.js';
import type { TestIssuer } from '../../testing/test-issuer.js';
import type { Responder } from '../../testing/test-issuer-responder.js';
import { answer, TestIssuerServer } from '../../testing/test-issuer-server.js';
import { issuerPage, PAGE_HEADERS, PAGE_STYLE, type PageState } from './issuer-page.js';
import type { KeptIssuer } from './key-file.js';
import { mint, readMintRequest } from './minting.js';

const MAX_FORM_BYTES = 65_536;
const FORM = 'application/x-www-form-urlencoded';
const NO_FORM = `send the fields as a form: ${FORM}`;

/** A kept issuer without a server, which can sign. */
export function offlineIssuer({ issuer, audience, key }: KeptIssuer): TestIssuer {
  const keys = KeyRing.around(key);
  const options = { audience };
  return assembleTestIssuer({ issuer, options, keys, server: undefined }).testIssuer;
}

/** A test issuer with a page and a token endpoint, for one's own machine. */
export class DevelopmentIssuer {
  private constructor(
    readonly testIssuer: TestIssuer,
    private readonly responder: Responder,
    private readonly audience: string,
    private readonly origin: string,
  ) {}

  /** @throws Error with the code `EADDRINUSE` and the like when it can't listen on the port. */
  static async start(
    port: number,
    kept: (origin: string) => Promise<KeptIssuer>,
  ): Promise<DevelopmentIssuer> {
    const server = await TestIssuerServer.listen(port);
    try {
      const { issuer, audience, key } = await kept(server.origin);
      const keys = KeyRing.around(key);
      const parts = { issuer, options: { audience }, keys, server };
      const { testIssuer, responder } = assembleTestIssuer(parts);
      const development = new DevelopmentIssuer(testIssuer, responder, audience, server.origin);
      server.handle((request, response) => {
        // What fails here is a connection that broke.
        development.serve(request, response).catch(() => response.destroy());
      });
      return development;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.testIssuer.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url } = request;
    // A page elsewhere may have its own name lead to this machine, or send a form here.
    if (!this.isOwnName(request.headers.host) || !this.isOwnOrigin(request.headers.origin))
      return send(
        response,
        421,
        { 'content-type': 'text/plain' },
        'This issuer is for its own machine.',
      );
    if (url === '/' && (method === 'GET' || method === 'HEAD'))
      return this.sendPage(response, 200, { form: new URLSearchParams() });
    if (url === '/' && method === 'POST') return this.servePageForm(request, response);
    if (url === '/token' && method === 'POST') return this.serveToken(request, response);
    if (url === '/style.css')
      return send(response, 200, { 'content-type': 'text/css' }, PAGE_STYLE);
    return answer(this.responder, request, response);
  }

  private async servePageForm(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    if (form === undefined) return send(response, 413, {}, '');
    try {
      const token = mint(this.testIssuer, readMintRequest(form));
      this.sendPage(response, 200, { form, token });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.sendPage(response, 400, { form, fault: error.message });
    }
  }

  /** The token endpoint (RFC 6749 sections 4.4.2 and 5), without a check of who asks. */
  private async serveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    if (form === undefined) return send(response, 413, {}, '');
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    try {
      if (!isForm(request.headers['content-type'])) throw new RangeError(NO_FORM);
      const wanted = readMintRequest(form);
      const body = {
        access_token: mint(this.testIssuer, wanted),
        token_type: 'Bearer',
        expires_in: wanted.expiresInSeconds ?? 300,
        ...(wanted.scopes && { scope: wanted.scopes.join(' ') }),
      };
      send(response, 200, headers, JSON.stringify(body));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const body = { error: 'invalid_request', error_description: error.message };
      send(response, 400, headers, JSON.stringify(body));
    }
  }

  private sendPage(
    response: ServerResponse,
    status: number,
    state: Pick<PageState, 'form' | 'token' | 'fault'>,
  ): void {
    const { issuer } = this.testIssuer;
    send(response, status, PAGE_HEADERS, issuerPage({ issuer, audience: this.audience, ...state }));
  }

  private isOwnName(host: string | undefined): boolean {
    const { port } = new URL(this.origin);
    return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
  }

  private isOwnOrigin(origin: string | undefined): boolean {
    return (
      origin === undefined || (origin.startsWith('http://') && this.isOwnName(origin.slice(7)))
    );
  }
}

/** A request without a body may leave its type out. */
function isForm(contentType = FORM): boolean {
  return contentType.split(';')[0]?.trim().toLowerCase() === FORM;
}

/** `undefined` when it is longer than any form of ours. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_FORM_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  response.writeHead(status, { ...headers }).end(body);
}
