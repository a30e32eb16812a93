import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExtractJwt } from 'passport-jwt';
import { AccessTokenVerifier } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

describe.each(ADAPTERS)('Token sources on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication(
      {
        issuers: [issuer.config()],
        tokenSources: [
          'header',
          { cookie: 'session' },
          { query: 'access_token' },
          { body: 'access_token' },
          (request) => (request as { headers: Record<string, string> }).headers['x-token'],
        ],
      },
      { adapter },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  const bearer = (token: string) => ['Authorization', `Bearer ${token}`] as const;
  const post = (body: unknown, ...headers: (readonly [string, string])[]) =>
    application.call('/notes', {
      method: 'POST',
      headers: [['Content-Type', 'application/json'], ...headers],
      body: JSON.stringify(body),
    });

  // RFC 6750 sections 2.1, 2.2 and 2.3.
  it('finds a token in each of them', async () => {
    const token = issuer.token();
    const answers = [
      await application.get('/notes', token),
      await application.call('/notes', { headers: [['Cookie', `a=b; session=${token}; c=d`]] }),
      await application.call(`/notes?access_token=${token}`),
      await application.call('/notes', { headers: [['X-Token', token]] }),
      await post({ access_token: token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 201]);
  });

  // RFC 6750 section 2: one method in each request.
  it('refuses two tokens, even the same one twice, with 400', async () => {
    const token = issuer.token();
    const answers = [
      await application.call('/notes', {
        headers: [bearer(token), ['Cookie', `session=${token}`]],
      }),
      await application.call(`/notes?access_token=${token}`, { headers: [bearer(token)] }),
      await application.call(`/notes?access_token=${token}&access_token=${token}`),
      await post({ access_token: token }, bearer(token)),
      await post({ access_token: [token, token] }),
    ];
    for (const answer of answers)
      expect([answer.status, answer.json]).toMatchObject([400, { code: 'invalid_request' }]);
  });

  it('refuses the same cookie twice, whichever comes first, with 400', async () => {
    const [alice, bob] = [issuer.token(), issuer.token({ subject: 'bob' })];
    const cookies: (readonly [string, string])[][] = [
      [['Cookie', `session=${bob}; session=${alice}`]],
      [['Cookie', `session=; session=${alice}`]],
      [
        ['Cookie', `session=${bob}`],
        ['Cookie', `session=${alice}`],
      ],
    ];
    for (const headers of cookies) {
      const answer = await application.call('/notes', { headers });
      expect([answer.status, answer.json]).toMatchObject([400, { code: 'invalid_request' }]);
    }
  });

  it('an empty parameter, or null, is no token, one that is no text is malformed', async () => {
    expect((await application.call('/notes?access_token=')).json).toMatchObject({
      code: 'auth_required',
    });
    expect((await post({ access_token: { a: 1 } })).json).toMatchObject({
      code: 'token_malformed',
    });
    expect((await post({ access_token: null })).json).toMatchObject({ code: 'auth_required' });
  });

  it('a function may be one of passport-jwt’s, which give null for none', async () => {
    const tokenSources = [ExtractJwt.fromHeader('x-token')];
    const own = await startApplication({ issuers: [issuer.config()], tokenSources }, { adapter });
    const ask = (headers: [string, string][]) => own.call('/notes', { headers });
    expect((await ask([])).json).toMatchObject({ code: 'auth_required' });
    expect((await ask([['X-Token', issuer.token()]])).status).toBe(200);
    await own.close();
  });

  it('finds a query parameter in a request that became a WebSocket, which was not parsed', async () => {
    const verifier = application.app.get(AccessTokenVerifier);
    const token = issuer.token({ subject: 'alice' });
    const upgraded = (url: string) => ({ headers: {}, url });
    const { subject } = await verifier.verifyRequest(upgraded(`/x?a=b&access_token=${token}`));
    expect(subject).toBe('alice');
    for (const [url, code] of [
      ['/x', 'auth_required'],
      ['/x?', 'auth_required'],
      [`/x?access_token=${token}?more`, 'token_malformed'],
      [`/x?access_token=${token}&access_token=${token}`, 'invalid_request'],
    ] as const)
      await expect(verifier.verifyRequest(upgraded(url))).rejects.toMatchObject({ code });
  });

  it('by default only the header is looked at', async () => {
    const plain = await startApplication({ issuers: [issuer.config()] }, { adapter });
    const token = issuer.token();
    expect((await plain.call(`/notes?access_token=${token}`)).status).toBe(401);
    expect((await plain.call('/notes', { headers: [['Cookie', `session=${token}`]] })).status).toBe(
      401,
    );
    await plain.close();
  });

  const grammar: [string, string, number, string | null][] = [
    ['Bearer, in any case', 'bEaReR TOKEN', 200, null],
    ['several spaces', 'Bearer   TOKEN', 200, null],
    ['no space', 'BearerTOKEN', 401, 'auth_required'],
    ['a tab', 'Bearer\tTOKEN', 401, 'token_malformed'],
    ['something after the token', 'Bearer TOKEN junk', 401, 'token_malformed'],
    ['two joined', 'Bearer TOKEN, Bearer TOKEN', 400, 'invalid_request'],
    ['two joined without a space', 'Bearer TOKEN,bearer TOKEN', 400, 'invalid_request'],
    ['joined with an empty one', 'Bearer TOKEN,', 400, 'invalid_request'],
    ['an empty one first', ', Bearer TOKEN', 400, 'invalid_request'],
    ['the scheme alone, joined', 'Bearer, Bearer TOKEN', 400, 'invalid_request'],
    ['another scheme first', 'Basic dXNlcjpwYXNz, Bearer TOKEN', 400, 'invalid_request'],
    ['another scheme last', 'Bearer TOKEN, Basic dXNlcjpwYXNz', 400, 'invalid_request'],
    ['parameters of another scheme', 'Digest a="b, Bearer c", d=e', 401, 'auth_required'],
    ['another scheme that begins alike', 'Bearer2 a, b', 401, 'auth_required'],
    ['quotes', 'Bearer "TOKEN"', 401, 'token_malformed'],
    ['a parameter', 'Bearer token=TOKEN', 401, 'token_malformed'],
    ['the scheme alone', 'Bearer', 401, 'auth_required'],
    ['the scheme twice', 'Bearer Bearer TOKEN', 401, 'token_malformed'],
    ['the token alone', 'TOKEN', 401, 'auth_required'],
    ['an empty value', '', 401, 'auth_required'],
    ['Basic', 'Basic dXNlcjpwYXNz', 401, 'auth_required'],
    ['DPoP', 'DPoP TOKEN', 401, 'auth_required'],
  ];
  // RFC 6750 section 2.1.
  it.each(grammar)('Authorization: %s (%s): %i', async (_name, value, status, code) => {
    const header = value.replaceAll('TOKEN', issuer.token());
    const answer = await application.call('/notes', { headers: [['Authorization', header]] });
    expect(answer.status).toBe(status);
    if (code !== null) expect(answer.json).toMatchObject({ code });
  });
});
