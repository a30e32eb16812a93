import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';
import type { EmbeddedIssuer } from './embedded-issuer.js';
import { answerLogin } from './login.page.js';
import { API, configurationOf, JOB, type NamedKey, SCOPE } from './oidc-provider.configuration.js';
import { createQuietProvider } from './quiet-oidc-provider.js';

/** Issuer 1: panva's oidc-provider, a full authorization server, on a free loopback port. */
export async function startOidcProviderIssuer(): Promise<OidcProviderIssuer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = new OidcProviderIssuer(server);
  await issuer.rotateKeys();
  return issuer;
}

export class OidcProviderIssuer implements EmbeddedIssuer {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly requests: { readonly method: string; readonly path: string }[] = [];
  #keys: readonly NamedKey[] = [];
  #generated = 0;
  #redirectUris: readonly string[] = [];
  #provider: Provider | undefined;
  #handle: RequestListener | undefined;
  #outage: number | undefined;

  /** @internal Use {@link startOidcProviderIssuer}. */
  constructor(private readonly server: Server) {
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  /** `kid` of the key that signs now. */
  get kid(): string {
    return this.#current.kid;
  }

  /** Asks its token endpoint for an access token, as any client would (RFC 6749 section 4.4, RFC 8707). */
  async accessToken(): Promise<string> {
    const tokenEndpoint = `${this.issuer}/token`;
    const response = await fetch(tokenEndpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${JOB.id}:${JOB.secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: API, scope: SCOPE }),
    });
    if (!response.ok) throw new Error(`${tokenEndpoint} refused: ${await response.text()}`);
    const { access_token } = (await response.json()) as { access_token: string };
    return access_token;
  }

  /** Signs what no authorization server would: with the current key, whatever it says. */
  sign(header: object, claims: object): string {
    const input = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(input), this.#current.privateKey);
    return `${input}.${signature.toString('base64url')}`;
  }

  /** Signs with a new key from now on; the old ones stay published. */
  async rotateKeys(): Promise<void> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#generated += 1;
    this.#keys = [{ kid: `rsa-${this.#generated}`, privateKey }, ...this.#keys];
    await this.#reopen();
  }

  /** Lets a page at these addresses log its users in. */
  async allowLoginFrom(redirectUris: readonly string[]): Promise<void> {
    this.#redirectUris = redirectUris;
    await this.#reopen();
  }

  /** Answers every request with 503 from now on, logins included. */
  goDown(): void {
    this.#outage = 503;
  }

  comeBack(): void {
    this.#outage = undefined;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  get #current(): NamedKey {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('not started');
    return key;
  }

  /** oidc-provider reads its keys and clients once, so other ones need another provider. */
  async #reopen(): Promise<void> {
    const configuration = configurationOf(this.#keys, this.#redirectUris);
    this.#provider = await createQuietProvider(this.issuer, configuration);
    this.#handle = this.#provider.callback();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request;
    this.requests.push({ method, path: url });
    if (this.#outage !== undefined || !this.#provider || !this.#handle) {
      // Readable for scripts, so that the page can say what has happened.
      const headers = { 'content-length': '0', 'access-control-allow-origin': '*' };
      response.writeHead(this.#outage ?? 503, headers).end();
    } else if (url.startsWith('/interaction/')) {
      const origins = this.#redirectUris.map((uri) => new URL(uri).origin);
      answerLogin(this.#provider, request, response, { origins }).catch(() => {
        // Most likely an address from yesterday's tab: the login it belongs to is over.
        if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain' });
        response.end('This login has ended. Go back to the page and begin again.');
      });
    } else {
      this.#handle(request, response);
    }
  }
}
