import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestCertificate, type TestCertificate } from 'nestjs-trusted-issuers/testing';
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Configuration } from 'oidc-provider';
import { Agent, fetch as fetchWith } from 'undici';
import { createQuietProvider } from '../../sample-app/src/issuers/quiet-oidc-provider.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { httpsOf, overTls, tlsClientOf } from '../support/tls-client.js';
import { closeServer, listenOnLoopback } from '../support/loopback.js';

const API = 'https://api.example.com';
const SERVER = createTestCertificate({ commonName: 'localhost' });
const JOB = createTestCertificate({ commonName: 'job' });
const THIEF = createTestCertificate({ commonName: 'thief' });

const pemOf = (request: IncomingMessage): string | undefined => {
  const certificate = (request.socket as TLSSocket).getPeerX509Certificate();
  return certificate?.toString();
};

function configuration(): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    jwks: {
      keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' }],
    },
    clients: [
      {
        client_id: 'job',
        client_secret: 'the-secret-of-the-job',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        id_token_signed_response_alg: 'ES256',
        tls_client_certificate_bound_access_tokens: true,
      },
    ],
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: ({ req }) => pemOf(req),
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          audience: API,
          scope: 'notes:read',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  };
}

// RFC 8705 section 3.
describe('Tokens that oidc-provider binds to a certificate', () => {
  let server: Server;
  let issuer: string;
  let application: TestApplication;

  beforeAll(async () => {
    const tls = { requestCert: true, rejectUnauthorized: false };
    server = createServer({ ...SERVER, ...tls });
    issuer = `https://localhost:${await listenOnLoopback(server)}`;
    server.on('request', (await createQuietProvider(issuer, configuration())).callback());
    const dispatcher = new Agent({ connect: { ca: SERVER.cert } });
    application = await startApplication(
      {
        issuers: [
          {
            issuer,
            audience: API,
            http: { fetch: (url, init) => fetchWith(url, { ...init, dispatcher }) },
          },
        ],
        mtls: { mode: 'required', certificate: 'connection' },
      },
      overTls('Express', SERVER),
    );
  });
  afterAll(async () => {
    await application.close();
    await closeServer(server);
  });

  const tokenFor = async (certificate: TestCertificate): Promise<string> => {
    const { key, cert } = certificate;
    const dispatcher = new Agent({ connect: { ca: SERVER.cert, key, cert } });
    const response = await fetchWith(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('job:the-secret-of-the-job')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        resource: API,
        scope: 'notes:read',
      }),
      dispatcher,
    });
    const answer = (await response.json()) as { access_token: string };
    await dispatcher.close();
    expect(response.status).toBe(200);
    return answer.access_token;
  };

  it('are good with that certificate and with no other', async () => {
    const token = await tokenFor(JOB);
    const answers = [];
    for (const certificate of [JOB, THIEF, undefined]) {
      const client = tlsClientOf(httpsOf(application), SERVER, certificate);
      answers.push(await client.get('/notes', { Authorization: `Bearer ${token}` }));
      client.close();
    }
    expect(answers.map(({ status, json }) => [status, (json as { code?: string }).code])).toEqual([
      [200, undefined],
      [401, 'token_binding_invalid'],
      [401, 'token_binding_invalid'],
    ]);
  });
});
