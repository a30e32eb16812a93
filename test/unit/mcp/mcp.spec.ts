import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AuthInfo,
  bearerAuthChallengeResponse,
  OAuthError,
  type OAuthTokenVerifier,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth as requireBearerAuthV1 } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { OAuthTokenVerifier as OAuthTokenVerifierV1 } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import type { AuthInfo as AuthInfoV1 } from '@modelcontextprotocol/sdk/server/auth/types.js';
import express from 'express';
import { AccessTokenVerifier, KeysUnavailableException } from 'nestjs-trusted-issuers';
import { authInfoOf, mcpTokenVerifier } from 'nestjs-trusted-issuers/mcp';
import { createTestIssuer, type TestIssuer, testIdentity } from 'nestjs-trusted-issuers/testing';
import type { AddressInfo } from 'node:net';
import { startApplication, type TestApplication } from '../../support/application.js';

describe('authInfoOf()', () => {
  it('says what the SDK asks for, in both of its versions', () => {
    const identity = testIdentity({ scopes: ['notes:read'] });
    const info: AuthInfo & AuthInfoV1 = authInfoOf(identity, 'the token');
    expect(info).toEqual({
      token: 'the token',
      clientId: 'test-client',
      scopes: ['notes:read'],
      expiresAt: identity.expiresAt,
      extra: { identity },
    });
    expect(info.extra?.['identity']).toBe(identity);
    // The SDK declares a list that may be changed; the identity's may not.
    info.scopes.push('more');
    expect(identity.scopes).toEqual(['notes:read']);
  });

  it('gives no token unasked, and the subject for a client that is not named', () => {
    expect(authInfoOf(testIdentity({ clientId: undefined, subject: 'bob' }))).toMatchObject({
      token: '',
      clientId: 'bob',
    });
  });

  it('takes any object of the shape', () => {
    const caller = { subject: 'bob', clientId: undefined, scopes: [], expiresAt: 1, more: true };
    expect(authInfoOf(caller).extra.identity.more).toBe(true);
  });
});

describe('mcpTokenVerifier()', () => {
  let issuer: TestIssuer;
  let silent: TestIssuer;
  let application: TestApplication;
  let verifier: AccessTokenVerifier;
  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false });
    silent = await createTestIssuer();
    application = await startApplication({ issuers: [issuer.config(), silent.config()] });
    verifier = application.app.get(AccessTokenVerifier);
    await silent.close();
  });
  afterAll(() => application.close());

  /** Tokens, and what the SDK answers. */
  const answers = (): readonly (readonly [string, number, object])[] => [
    [issuer.token({ scopes: ['notes:read'] }), 200, { clientId: 'test-client' }],
    [
      issuer.token({ scopes: ['notes:read'], expiresInSeconds: -60 }),
      401,
      { error: 'invalid_token', error_description: 'Access token expired' },
    ],
    [
      issuer.token({ audience: 'https://other.example.com' }),
      401,
      { error: 'invalid_token', error_description: 'Access token audience not accepted' },
    ],
    ['opaque', 401, { error: 'invalid_token', error_description: 'Access token malformed' }],
    [issuer.token(), 403, { error: 'insufficient_scope' }],
    // There is no 503 in the SDK.
    [silent.token(), 500, { error: 'server_error' }],
  ];

  it('serves the gate of version 2', async () => {
    const gate = requireBearerAuth({
      verifier: mcpTokenVerifier(verifier) satisfies OAuthTokenVerifier,
      requiredScopes: ['notes:read'],
    });
    for (const [token, status, body] of answers()) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await gate(new Request('https://api.example.com/mcp', { headers }));
      const response = answer instanceof Response ? answer : Response.json(answer);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject(body);
      expect(response.headers.has('www-authenticate')).toBe([401, 403].includes(status));
    }
  });

  it('serves the middleware of version 1, given its class of errors', async () => {
    const server = express()
      .use(
        requireBearerAuthV1({
          verifier: mcpTokenVerifier(verifier, InvalidTokenError) satisfies OAuthTokenVerifierV1,
          requiredScopes: ['notes:read'],
        }),
        (request, response) => void response.json(request.auth),
      )
      .listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      for (const [token, status, body] of answers()) {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(url, { headers });
        expect(response.status).toBe(status);
        expect(await response.json()).toMatchObject(body);
      }
    } finally {
      server.close();
    }
  });

  it('rejects with an error of the SDK, which says why and holds nothing of the token', async () => {
    const token = issuer.token({ subject: 'mallory', expiresInSeconds: -60 });
    const error = await mcpTokenVerifier(verifier).verifyAccessToken(token).catch(String);
    expect(error).toBe('OAuthError: Access token expired');
    const refused: unknown = await mcpTokenVerifier(verifier)
      .verifyAccessToken(token)
      .catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(OAuthError);
    expect(bearerAuthChallengeResponse(refused).status).toBe(401);
    expect((refused as Error).cause).toMatchObject({ code: 'token_expired' });
    const unjudged = mcpTokenVerifier(verifier).verifyAccessToken(silent.token());
    await expect(unjudged).rejects.toBeInstanceOf(KeysUnavailableException);
  });
});
