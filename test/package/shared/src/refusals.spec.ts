import type { INestApplication } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createTestIssuer, overrideAuth, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AppModule } from './app.module.js';
import './matchers.js';
import { Reports, ReportsController } from './reports.controller.js';
import { type Answer, bearer, send } from './send.js';

const REALM = 'Bearer realm="api"';

/** The exact text of a body. */
const body = (status: number, error: string, message: string, code: string): string =>
  JSON.stringify({ status, error, message, code, authenticateHint: REALM });

type Row = [code: string, message: string, token: () => string];

describe.each([
  ['Express', (): AbstractHttpAdapter => new ExpressAdapter()],
  ['Fastify', (): AbstractHttpAdapter => new FastifyAdapter()],
])('The application of the README on %s', (_adapter, makeAdapter) => {
  let issuer: TestIssuer;
  let partner: TestIssuer;
  let stranger: TestIssuer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    [issuer, partner, stranger] = await Promise.all([
      createTestIssuer(),
      createTestIssuer({ algorithm: 'RS256' }),
      createTestIssuer(),
    ]);
    const builder = Test.createTestingModule({
      imports: [AppModule],
      controllers: [ReportsController],
      providers: [Reports],
    });
    overrideAuth(builder, { issuers: [issuer, partner] });
    const module = await builder.compile();
    app = module.createNestApplication(makeAdapter());
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
    await Promise.all([issuer, partner, stranger].map((each) => each.close()));
  });

  const get = (path: string, ...lines: string[][]): Promise<Answer> => send(url + path, lines);

  it('a good token of either issuer: 200', async () => {
    for (const each of [issuer, partner]) {
      const answer = await get('/notes', bearer(each.token({ subject: 'bob' })));
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toEqual({ caller: 'bob', of: each.issuer });
    }
  });

  it('@Public(): 200 without a token', async () => {
    expect((await get('/notes/about')).text).toBe('{"about":"notes"}');
  });

  it('no token: 401 auth_required, a challenge without error', async () => {
    const answer = await get('/notes');
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(body(401, 'Unauthorized', 'Authentication required', 'auth_required'));
    expect(answer.headers['www-authenticate']).toBe(REALM);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each<Row>([
    ['token_expired', 'Access token expired', () => issuer.expiredToken()],
    ['signature_invalid', 'Access token signature invalid', () => issuer.tamperedToken()],
    ['issuer_untrusted', 'Access token issuer not trusted', () => stranger.token()],
    ['token_malformed', 'Access token malformed', () => 'junk'],
    ['token_not_active', 'Access token not yet valid', () => issuer.notYetValidToken()],
    [
      'audience_invalid',
      'Access token audience not accepted',
      () => issuer.token({ audience: 'another' }),
    ],
    [
      'claims_invalid',
      'Access token claims not accepted',
      () => issuer.token({ type: 'dpop+jwt' }),
    ],
  ])('%s: 401', async (code, message, token) => {
    const answer = await get('/notes', bearer(token()));
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(body(401, 'Unauthorized', message, code));
    expect(answer.headers['www-authenticate']).toBe(
      `${REALM}, error="invalid_token", error_description="${message}"`,
    );
  });

  it('scopes missing: 403 insufficient_scope; scopes there: 200, with the injected service', async () => {
    const answer = await get('/reports', bearer(issuer.token()));
    expect(answer.status).toBe(403);
    expect(answer.text).toBe(body(403, 'Forbidden', 'Insufficient scope', 'insufficient_scope'));
    expect(answer.headers['www-authenticate']).toBe(
      `${REALM}, error="insufficient_scope", scope="reports:read", error_description="Insufficient scope"`,
    );
    const token = issuer.token({ scopes: ['reports:read'] });
    expect((await get('/reports', bearer(token))).text).toBe('["report of alice"]');
  });

  it('two tokens in one request: 400 invalid_request', async () => {
    const answer = await get('/notes', bearer(issuer.token()), bearer(partner.token()));
    expect(answer.status).toBe(400);
    expect(answer.text).toBe(
      body(400, 'Bad Request', 'More than one access token', 'invalid_request'),
    );
    expect(answer.headers['www-authenticate']).toBe(
      `${REALM}, error="invalid_request", error_description="More than one access token"`,
    );
  });

  it('the matchers of this test runner read such answers', async () => {
    const answer = await fetch(`${url}/notes`, {
      headers: { authorization: `Bearer ${issuer.expiredToken()}` },
    });
    await expect(answer).toBeUnauthorized('token_expired');
    await expect(answer).toChallenge({ realm: 'api', error: 'invalid_token' });
  });

  it('keys out of reach: 503 keys_unavailable, no challenge', async () => {
    const unreachable = await createTestIssuer();
    const builder = Test.createTestingModule({ imports: [AppModule] });
    overrideAuth(builder, { issuers: [unreachable] });
    await unreachable.close();
    const module = await builder.compile();
    const other = module.createNestApplication(makeAdapter(), { logger: false });
    await other.listen(0, '127.0.0.1');
    const address = `${await other.getUrl()}/notes`;
    const answer = await send(address, [bearer(unreachable.token())]);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toEqual({
      status: 503,
      error: 'Service Unavailable',
      message: 'Token verification unavailable',
      code: 'keys_unavailable',
    });
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    await other.close();
  });
});
