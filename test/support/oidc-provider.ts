import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import type { ClientMetadata, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { createQuietProvider } from '../../sample-app/src/issuers/quiet-oidc-provider.js';
import { closeServer, listenOnLoopback } from './loopback.js';

/** A login, with the cookies of its browser. */
export interface Login {
  readonly accessToken: string;
  readonly idToken: string;
  readonly cookies: Map<string, string>;
}

const AUDIENCE = 'https://api.example.com';
const SCOPE = 'notes:read';

/** panva's oidc-provider on a free loopback port, and a browser without a window. */
export class OidcProvider {
  readonly issuer: string;
  readonly audience = AUDIENCE;
  /** What went wrong when it told a client of a logout. */
  readonly failures: string[] = [];
  private client: ClientMetadata = { client_id: '' };
  private provider: Provider | undefined;
  /** It finds no undici in jest's copy of the globals, and says so. */
  private readonly warnings = jest.spyOn(console, 'warn').mockImplementation(() => {});

  static async start(): Promise<OidcProvider> {
    const server = createServer();
    return new OidcProvider(server, await listenOnLoopback(server));
  }

  private constructor(
    private readonly server: Server,
    port: number,
  ) {
    this.issuer = `http://127.0.0.1:${port}`;
    server.on('request', (request, response) => void this.answer(request, response));
  }

  async serve(client: ClientMetadata): Promise<void> {
    this.client = client;
    this.provider = await createQuietProvider(this.issuer, configurationFor(client));
    this.provider.on('backchannel.error', (_context, error) => this.failures.push(error.message));
  }

  async close(): Promise<void> {
    this.warnings.mockRestore();
    await closeServer(this.server);
  }

  /** The authorization code flow, with a browser of its own. */
  async logIn(name: string): Promise<Login> {
    const cookies = new Map<string, string>();
    const redirectUri = this.client.redirect_uris?.[0] ?? '';
    const asked = new URLSearchParams({
      ...{ client_id: this.client.client_id, redirect_uri: redirectUri, response_type: 'code' },
      ...{ scope: `openid ${SCOPE}`, resource: AUDIENCE },
    });
    const toForm = await this.browse(`/auth?${asked}`, cookies);
    const filled = await this.browse(toForm, cookies, { name });
    const back = new URL(await this.browse(filled, cookies));
    return { cookies, ...(await this.tokens(back.searchParams.get('code') ?? '', redirectUri)) };
  }

  /** RP-initiated logout, confirmed by its user. */
  async logOut({ idToken, cookies }: Login): Promise<void> {
    const asked = new URLSearchParams({ id_token_hint: idToken });
    const page = await fetch(`${this.issuer}/session/end?${asked}`, {
      headers: { cookie: written(cookies) },
    });
    keep(page, cookies);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    await this.browse('/session/end/confirm', cookies, { xsrf, logout: 'yes' });
  }

  private async tokens(
    code: string,
    redirectUri: string,
  ): Promise<Pick<Login, 'accessToken' | 'idToken'>> {
    const { client_id: id, client_secret: secret } = this.client;
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', redirect_uri: redirectUri },
        ...{ code, resource: AUDIENCE },
      }),
    });
    const { access_token: accessToken, id_token: idToken } = (await response.json()) as {
      access_token: string;
      id_token: string;
    };
    return { accessToken, idToken };
  }

  /** @returns where the answer leads. */
  private async browse(
    path: string,
    cookies: Map<string, string>,
    form?: Record<string, string>,
  ): Promise<string> {
    const response = await fetch(new URL(path, this.issuer), {
      redirect: 'manual',
      headers: { cookie: written(cookies) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    keep(response, cookies);
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return location;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { provider } = this;
    if (provider && request.url?.startsWith('/interaction/')) {
      let form = '';
      for await (const chunk of request) form += String(chunk);
      const accountId = new URLSearchParams(form).get('name') ?? '';
      await provider.interactionFinished(request, response, { login: { accountId } });
    } else await provider?.callback()(request, response);
  }
}

function configurationFor(client: ClientMetadata): Configuration {
  return {
    clients: [client],
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: grant,
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    ttl: {
      ...{ AccessToken: 3_600, IdToken: 3_600 },
      ...{ Grant: 3_600, Interaction: 3_600, Session: 3_600 },
    },
    cookies: { keys: ['a key for the cookies of this test'] },
    // As Keycloak does by itself: access tokens say of which session they are.
    extraTokenClaims: (_context, token) => ({ sid: (token as { sid?: string }).sid }),
    // By default it refuses to call this machine, where the client of this test is.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { logoutSource: (context, form) => void (context.body = form) },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          ...{ audience: AUDIENCE, scope: SCOPE, accessTokenFormat: 'jwt' as const },
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

async function grant({ oidc }: KoaContextWithOIDC) {
  const { provider, client, session } = oidc;
  const made = new provider.Grant({
    clientId: client?.clientId ?? '',
    accountId: session?.accountId ?? '',
  });
  made.addOIDCScope('openid');
  made.addResourceScope(AUDIENCE, SCOPE);
  await made.save();
  return made;
}

function keep(response: Response, cookies: Map<string, string>): void {
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
}

function written(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map((cookie) => cookie.join('=')).join('; ');
}
