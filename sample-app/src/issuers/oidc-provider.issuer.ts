import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration } from 'oidc-provider';
import { createQuietProvider } from './quiet-oidc-provider.js';

const CLIENT = { id: 'reporting-job', secret: 'the-secret-of-the-reporting-job' };
const API = 'https://api.example.com';
const SCOPE = 'notes:read';

/** An authorization server of this sample, and a token from it. */
export interface OidcProviderIssuer {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** Asks its token endpoint for an access token, as any client would (RFC 6749 section 4.4, RFC 8707). */
  accessToken(): Promise<string>;
  close(): Promise<void>;
}

/** Issuer 1: panva's oidc-provider, a full authorization server, on a free loopback port. */
export async function startOidcProviderIssuer(): Promise<OidcProviderIssuer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await createQuietProvider(issuer, configuration());
  server.on('request', provider.callback());
  return {
    issuer,
    accessToken: () => requestAccessToken(`${issuer}/token`),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function configuration(): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    ttl: { ClientCredentials: 3_600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      // Without a resource indicator the token would be opaque, and no API could verify it.
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          audience: API,
          scope: SCOPE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

async function requestAccessToken(tokenEndpoint: string): Promise<string> {
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: API,
      scope: SCOPE,
    }),
  });
  if (!response.ok) throw new Error(`${tokenEndpoint} refused: ${await response.text()}`);
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}
