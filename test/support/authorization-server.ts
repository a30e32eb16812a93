import { jest } from '@jest/globals';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { createQuietProvider } from '../../sample-app/src/issuers/quiet-oidc-provider.js';
import { closeServer, listenOnLoopback } from './loopback.js';

/** panva's oidc-provider for one API, with which any client may register. */
export interface AuthorizationServer {
  readonly issuer: string;
  /** The scopes that its user consents to; all at first. */
  consent: readonly string[];
  /** What clients sent to the token endpoint. */
  readonly exchanges: readonly Readonly<Record<string, string>>[];
  /** A browser with one user, who logs in where that is asked. @returns where the answer leads. */
  visit(address: URL): Promise<URL>;
  close(): Promise<void>;
}

/** @param resource the address of the API. */
export async function startAuthorizationServer(
  resource: string,
  scopes: readonly string[],
): Promise<AuthorizationServer> {
  // It finds no undici in jest's copy of the globals, and says so.
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const server = createServer();
  const port = await listenOnLoopback(server);
  const issuer = `http://127.0.0.1:${port}`;
  const consentOf = (): readonly string[] => authorizationServer.consent;
  const provider = await createQuietProvider(issuer, configurationFor(resource, scopes, consentOf));
  const exchanges: Record<string, string>[] = [];
  provider.on('grant.success', ({ oidc }: KoaContextWithOIDC) =>
    exchanges.push({ ...(oidc.params as Record<string, string>) }),
  );
  const handle = provider.callback();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.startsWith('/interaction/') === true)
      await provider.interactionFinished(request, response, {
        login: { accountId: 'alice' },
        // A native client, which has a loopback address to come back to, asks for it every time.
        consent: {},
      });
    else await handle(request, response);
  };
  server.on('request', (request, response) => void answer(request, response));
  const cookies = new Map<string, string>();
  const authorizationServer: AuthorizationServer = {
    issuer,
    exchanges,
    consent: scopes,
    visit: async (address) => {
      let next = address;
      for (let hops = 0; next.origin === issuer; hops++) {
        if (hops === MOST_HOPS) throw new Error(`no end of redirects: ${next.href}`);
        next = await follow(next, cookies);
      }
      return next;
    },
    close: async () => {
      warnings.mockRestore();
      await closeServer(server);
    },
  };
  return authorizationServer;
}

/** To the login, to its form, back, and on to the client; anything beyond goes in circles. */
const MOST_HOPS = 8;

async function follow(address: URL, cookies: Map<string, string>): Promise<URL> {
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
  const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
  const location = response.headers.get('location');
  if (location === null)
    throw new Error(`${address.href}: ${response.status} ${await response.text()}`);
  return new URL(location, address);
}

function configurationFor(
  resource: string,
  scopes: readonly string[],
  consentOf: () => readonly string[],
): Configuration {
  return {
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: async ({ oidc }) => {
      const { client, provider, session } = oidc;
      const grant = new provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      });
      for (const scope of String(oidc.params?.['scope']).split(' ')) {
        grant.addOIDCScope(scope);
        if (consentOf().includes(scope)) grant.addResourceScope(resource, scope);
        else grant.rejectResourceScope(resource, scope);
      }
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    // A client may have two requests refused at once, and refreshes for both.
    rotateRefreshToken: false,
    scopes: [...scopes],
    ttl: {
      AccessToken: 3_600,
      Grant: 3_600,
      Interaction: 3_600,
      Session: 3_600,
      RefreshToken: 3_600,
    },
    cookies: { keys: ['a key for the cookies of this test'] },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          ...{ audience: resource, scope: scopes.join(' '), accessTokenFormat: 'jwt' as const },
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}
