import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { exportJWK } from 'jose';
import { createQuietProvider } from '../../sample-app/src/issuers/quiet-oidc-provider.js';
import type { IntrospectionConfig } from 'nestjs-trusted-issuers';
import {
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import { closeServer, listenOnLoopback } from '../support/loopback.js';

const scene = keyScene();
const AUDIENCE = 'https://api.example.com';

const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ofApi = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A real authorization server (oidc-provider) with opaque access tokens. */
describe('oidc-provider', () => {
  let server: Server;
  let issuer: string;

  beforeAll(async () => {
    server = createServer();
    issuer = `http://127.0.0.1:${await listenOnLoopback(server)}`;
    const client = { redirect_uris: [], response_types: [], grant_types: [] };
    const provider = await createQuietProvider(issuer, {
      jwks: { keys: [{ ...(await exportJWK(signing.privateKey)), alg: 'RS256', use: 'sig' }] },
      clients: [
        {
          ...client,
          ...{ client_id: 'app', client_secret: 'app-secret', grant_types: ['client_credentials'] },
        },
        {
          ...client,
          client_id: 'basic api',
          client_secret: 'se:cret+/=',
          introspection_signed_response_alg: 'RS256',
        },
        {
          ...client,
          ...{ client_id: 'post-api', client_secret: 'secret' },
          token_endpoint_auth_method: 'client_secret_post',
        },
        {
          ...client,
          client_id: 'key-api',
          token_endpoint_auth_method: 'private_key_jwt',
          // A set among these would be of another realm, in the sandbox of the test runner.
          jwks_uri: `${issuer}/keys-of-api`,
        },
      ],
      ttl: { ClientCredentials: 600 },
      // Its own refuses loopback, or says that it can't.
      fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
      enabledJWA: { introspectionSigningAlgValues: ['RS256'] },
      features: {
        clientCredentials: { enabled: true },
        introspection: { enabled: true, allowedPolicy: () => true },
        jwtIntrospection: { enabled: true },
        revocation: { enabled: true, allowedPolicy: () => true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            ...{ scope: 'notes:read', audience: AUDIENCE },
            accessTokenFormat: 'opaque',
          }),
        },
      },
    });
    const keys = [{ ...(await exportJWK(ofApi.publicKey)), kid: 'api', alg: 'RS256' }];
    const handle = provider.callback();
    server.on('request', (request, response) => {
      if (request.url !== '/keys-of-api') return void handle(request, response);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys }));
    });
  });
  afterAll(() => closeServer(server));

  const post = async (path: string, form: Record<string, string>): Promise<unknown> => {
    const response = await fetch(issuer + path, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('app:app-secret')}` },
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} refused: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const opaqueToken = async (): Promise<string> => {
    const grant = { grant_type: 'client_credentials', scope: 'notes:read', resource: AUDIENCE };
    const { access_token } = (await post('/token', grant)) as { access_token: string };
    return access_token;
  };
  const start = (introspection: IntrospectionConfig) =>
    scene.start({
      issuers: [
        { issuer, audience: AUDIENCE, identity: { subject: ['sub', 'client_id'] }, introspection },
      ],
    });

  it.each<readonly [what: string, introspection: IntrospectionConfig]>([
    ['client_secret_basic', { clientId: 'basic api', clientSecret: 'se:cret+/=' }],
    [
      'client_secret_post',
      { clientId: 'post-api', clientSecret: 'secret', authentication: 'client_secret_post' },
    ],
    ['private_key_jwt', { clientId: 'key-api', privateKey: ofApi.privateKey, privateKeyId: 'api' }],
    [
      'signed answers',
      { clientId: 'basic api', clientSecret: 'se:cret+/=', signedAnswers: 'required' },
    ],
  ])('says what its opaque tokens are worth: %s', async (_what, introspection) => {
    const application = await start(introspection);
    const token = await opaqueToken();
    const answer = await application.get('/notes/identity', token);
    expectAccepted(answer);
    expect(answer.json).toMatchObject({
      ...{ issuer, subject: 'app', clientId: 'app', audience: [AUDIENCE] },
      scopes: ['notes:read'],
    });
    await post('/token/revocation', { token });
    expectRefused(await application.get('/notes', token), 'token_inactive');
    expectRefused(await application.get('/notes', 'nobodys'), 'token_inactive');
  });

  it('refuses our credentials: a 503, never a 401', async () => {
    const application = await start({ clientId: 'post-api', clientSecret: 'wrong' });
    expectUnavailable(await application.get('/notes', await opaqueToken()));
    expect(application.log.text('error')).toContain('refuses the credentials of this API');
    expect(application.log.text()).not.toContain('wrong');
  });
});
