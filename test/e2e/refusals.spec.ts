import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import {
  unauthorizedBody,
  unauthorizedChallenge,
  type BadTokenCode,
} from '../support/unauthorized.js';

const AUDIENCE = 'https://api.example.com';
describe.each(ADAPTERS)('Refusals on %s', (adapter) => {
  let issuer: TestIssuer;
  let stranger: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    stranger = await createTestIssuer();
    application = await startApplication(
      {
        issuers: [
          issuer.config({
            clientIds: ['test-client'],
            requiredClaims: { tier: ['gold', 'silver'] },
          }),
        ],
        audience: AUDIENCE,
        tokenSources: ['header', { query: 'access_token' }],
        isRevoked: ({ tokenId }) => tokenId === 'revoked',
      },
      { adapter },
    );
  });

  afterAll(async () => {
    await application.close();
    await issuer.close();
    await stranger.close();
  });

  const good = { clientId: 'test-client', claims: { tier: 'gold' } };

  it('lets a good token in', async () => {
    const answer = await application.get('/notes', issuer.token(good));
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      id: `${issuer.issuer}|alice`,
      issuer: issuer.issuer,
      subject: 'alice',
    });
    expect(answer.challenge).toBeUndefined();
  });

  const cases: [string, BadTokenCode, () => Promise<HttpAnswer>][] = [
    ['no header', 'auth_required', () => application.get('/notes')],
    [
      'another scheme',
      'auth_required',
      () => application.call('/notes', { headers: [['Authorization', 'Basic YTpi']] }),
    ],
    [
      'an empty scheme',
      'auth_required',
      () => application.call('/notes', { headers: [['Authorization', 'Bearer']] }),
    ],
    [
      'an expired token',
      'token_expired',
      () => application.get('/notes', issuer.expiredToken(good)),
    ],
    [
      'a flipped signature byte',
      'signature_invalid',
      () => application.get('/notes', issuer.tamperedToken(good)),
    ],
    [
      'an expired token with a bad signature',
      'signature_invalid',
      () => {
        const [header, claims] = issuer.expiredToken(good).split('.');
        const [, , signature] = issuer.token(good).split('.');
        return application.get('/notes', `${header}.${claims}.${signature}`);
      },
    ],
    [
      'an untrusted issuer',
      'issuer_untrusted',
      () => application.get('/notes', stranger.token(good)),
    ],
    ['an opaque token', 'token_malformed', () => application.get('/notes', 'KBSxkmG-OcpA6-cg')],
    [
      'a token not yet valid',
      'token_not_active',
      () => application.get('/notes', issuer.notYetValidToken(good)),
    ],
    [
      'another audience',
      'audience_invalid',
      () => application.get('/notes', issuer.token({ ...good, audience: 'https://other.example' })),
    ],
    [
      'another client',
      'claims_invalid',
      () => application.get('/notes', issuer.token({ ...good, clientId: 'other' })),
    ],
    [
      'a required claim of another value',
      'claims_invalid',
      () => application.get('/notes', issuer.token({ ...good, claims: { tier: 'lead' } })),
    ],
    [
      'a revoked token',
      'token_revoked',
      () =>
        application.get(
          '/notes',
          issuer.token({ ...good, claims: { tier: 'gold', jti: 'revoked' } }),
        ),
    ],
  ];

  // RFC 6750 section 3.1, RFC 9068 section 4.
  it.each(cases)('%s: 401 %s', async (_name, code, call) => {
    const answer = await call();
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(JSON.stringify(unauthorizedBody(code)));
    expect(answer.challenge).toBe(unauthorizedChallenge(code));
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('two tokens in one request: 400 invalid_request', async () => {
    const token = issuer.token(good);
    const answer = await application.get(`/notes?access_token=${token}`, token);
    expect(answer.status).toBe(400);
    expect(answer.text).toBe(
      '{"status":400,"error":"Bad Request","message":"More than one access token","code":"invalid_request","authenticateHint":"Bearer realm=\\"api\\""}',
    );
    expect(answer.challenge).toBe(
      'Bearer realm="api", error="invalid_request", error_description="More than one access token"',
    );
  });

  it('two Authorization headers: 400 invalid_request, whichever is good', async () => {
    const lines = [issuer.token(good), 'junk'].map(
      (token) => ['Authorization', `Bearer ${token}`] as const,
    );
    for (const headers of [lines, [...lines].reverse()]) {
      const answer = await application.call('/notes', { headers });
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ code: 'invalid_request' });
    }
  });

  it('HEAD: the same header, no body', async () => {
    const answer = await application.call('/notes', {
      method: 'HEAD',
      headers: [['Authorization', `Bearer ${issuer.expiredToken(good)}`]],
    });
    expect(answer.status).toBe(401);
    expect(answer.challenge).toBe(unauthorizedChallenge('token_expired'));
    expect(answer.text).toBe('');
  });

  it('POST with a body: refused before the handler', async () => {
    const answer = await application.call('/notes', {
      method: 'POST',
      headers: [['Content-Type', 'application/json']],
      body: '{"a":1}',
    });
    expect(answer.text).toBe(JSON.stringify(unauthorizedBody('auth_required')));
  });

  it('an unknown route: 404, nothing to protect', async () => {
    expect((await application.get('/nowhere')).status).toBe(404);
  });
});

it.each(ADAPTERS)(
  'a refusal by %s has its length, and no tag to ask for it again',
  async (adapter) => {
    const issuer = await createTestIssuer({ listen: false });
    const application = await startApplication({ issuers: [issuer.config()] }, { adapter });
    const { text, headers } = await application.get('/notes');
    await application.close();
    expect(text).toBe(JSON.stringify(unauthorizedBody('auth_required')));
    expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['etag']).toBeUndefined();
  },
);
