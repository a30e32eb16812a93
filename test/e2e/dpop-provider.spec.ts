import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { generateKeyPair, generateProof } from 'dpop';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { createQuietProvider } from '../../sample-app/src/issuers/quiet-oidc-provider.js';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { startProxy, type TestProxy } from '../support/proxy.js';
import { closeServer, listenOnLoopback } from '../support/loopback.js';

const AUDIENCE = 'https://api.example.com';
const CLIENT = { id: 'machine', secret: 'the-secret-of-the-client' };

/** Another's implementations on both sides: oidc-provider issues, panva's three clients prove. */
describe.each(ADAPTERS)('oidc-provider, dpop, oauth4webapi and openid-client, on %s', (adapter) => {
  let provider: Server;
  let issuer: string;
  let gateway: TestProxy;
  let api: TestApplication;
  // It finds no undici in jest's copy of the globals, and says so.
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => {});

  beforeAll(async () => {
    provider = createServer();
    issuer = `http://127.0.0.1:${await listenOnLoopback(provider)}`;
    const oidc = await createQuietProvider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          dpop_bound_access_tokens: true,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      enabledJWA: { dPoPSigningAlgValues: ['ES256', 'Ed25519', 'RS256', 'PS256'] },
      ttl: { ClientCredentials: 3_600 },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        dPoP: { enabled: true, nonceSecret: randomBytes(32) },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => AUDIENCE,
          getResourceServerInfo: () => ({
            ...{ audience: AUDIENCE, scope: 'notes:read', accessTokenFormat: 'jwt' as const },
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
    });
    provider.on('request', oidc.callback());
    gateway = await startProxy({ '/': '/' });
    api = await startApplication(
      {
        audience: AUDIENCE,
        issuers: [issuer],
        dpop: { mode: 'required', origin: gateway.origin, nonce: { secret: randomBytes(32) } },
      },
      { adapter },
    );
    gateway.target = api.url;
  });
  afterAll(async () => {
    await Promise.all([api.close(), gateway.close()]);
    await closeServer(provider);
    warnings.mockRestore();
  });

  const notes = (): URL => new URL(`${gateway.origin}/notes?page=1`);

  it.each(['ES256', 'Ed25519', 'RS256', 'PS256'] as const)(
    'openid-client, with %s',
    async (algorithm) => {
      const config = await openid.discovery(new URL(issuer), CLIENT.id, CLIENT.secret, undefined, {
        execute: [openid.allowInsecureRequests],
      });
      const key = await openid.randomDPoPKeyPair(algorithm);
      const DPoP = openid.getDPoPHandle(config, key);
      const { access_token: token, token_type: type } = await openid.clientCredentialsGrant(
        config,
        {},
        { DPoP },
      );
      expect(type).toBe('dpop');
      // It sends a request that wants a nonce again by itself.
      for (let call = 0; call < 3; call++) {
        const response = await openid.fetchProtectedResource(
          ...([config, token, notes(), 'GET', null, undefined, { DPoP }] as const),
        );
        expect(await response.json()).toMatchObject({ subject: CLIENT.id, issuer });
      }
    },
  );

  it('oauth4webapi', async () => {
    const options = { [oauth.allowInsecureRequests]: true };
    const as = await oauth.processDiscoveryResponse(
      new URL(issuer),
      await oauth.discoveryRequest(new URL(issuer), options),
    );
    const client: oauth.Client = { client_id: CLIENT.id };
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
    const grant = async (): Promise<string> => {
      const response = await oauth.clientCredentialsGrantRequest(
        ...([as, client, oauth.ClientSecretPost(CLIENT.secret), {}, { ...options, DPoP }] as const),
      );
      return (await oauth.processClientCredentialsResponse(as, client, response)).access_token;
    };
    const token = await grant().catch((error: unknown) => {
      expect(oauth.isDPoPNonceError(error)).toBe(true);
      return grant();
    });
    const call = (): Promise<Response> =>
      oauth.protectedResourceRequest(token, 'GET', notes(), undefined, null, { ...options, DPoP });
    const refused: unknown = await call().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
    expect(oauth.isDPoPNonceError(refused)).toBe(true);
    expect((await call()).status).toBe(200);
    expect((await call()).status).toBe(200);
  });

  it('dpop, made by hand', async () => {
    const key = await generateKeyPair('ES256');
    const proofAt = (url: string, nonce?: string, token?: string): Promise<string> =>
      generateProof(key, url, url.endsWith('/token') ? 'POST' : 'GET', nonce, token);
    const grant = async (nonce?: string): Promise<Response> =>
      fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { DPoP: await proofAt(`${issuer}/token`, nonce) },
        body: new URLSearchParams({
          ...{ grant_type: 'client_credentials', client_id: CLIENT.id },
          ...{ client_secret: CLIENT.secret },
        }),
      });
    const first = await grant();
    const granted = first.ok ? first : await grant(first.headers.get('DPoP-Nonce') ?? '');
    const { access_token: token } = (await granted.json()) as { access_token: string };
    const url = `${gateway.origin}/notes`;
    const call = async (nonce?: string): Promise<Response> =>
      fetch(url, {
        headers: { Authorization: `DPoP ${token}`, DPoP: await proofAt(url, nonce, token) },
      });
    const challenged = await call();
    expect(challenged.status).toBe(401);
    expect(challenged.headers.get('WWW-Authenticate')).toContain('error="use_dpop_nonce"');
    expect((await call(challenged.headers.get('DPoP-Nonce') ?? '')).status).toBe(200);
  });
});
