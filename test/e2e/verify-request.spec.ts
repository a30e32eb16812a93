import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AccessTokenVerifier, AuthModule, TokenExpiredException } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { RefusalExceptionFilter } from '../../src/core/refusals/refusal.filter.js';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

function failing(): never {
  throw new Error('the log is full');
}
const THROWING = {
  ...{ log: failing, error: failing, warn: failing, debug: failing, verbose: failing },
  fatal: failing,
};

describe.each(ADAPTERS)('Requests that no guard sees, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication(
      {
        issuers: [issuer.config()],
        tokenSources: ['header', { cookie: 'session' }, { query: 'at' }],
      },
      { adapter },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });
  const verify = (request: unknown) =>
    application.app.get(AccessTokenVerifier).verifyRequest(request as never);

  it('a Fetch Request, and headers with capitals, are read', async () => {
    const token = issuer.token({ subject: 'alice' });
    const authorization = `Bearer ${token}`;
    const url = 'http://localhost/notes';
    for (const request of [
      new Request(url, { headers: { authorization } }),
      new Request(url, { headers: { cookie: `session=${token}` } }),
      new Request(`${url}?at=${token}#part`),
      { headers: new Headers({ Authorization: authorization }) },
      { headers: new Map([['Authorization', authorization]]) },
      { headers: { Authorization: authorization } },
      { headers: { AUTHORIZATION: authorization, authorization: undefined } },
      { headers: { Cookie: `session=${token}` } },
      { headers: { Host: 'localhost' }, url: `/notes?at=${token}` },
    ])
      expect(await verify(request)).toMatchObject({ subject: 'alice' });
  });

  it('two are two in any spelling', async () => {
    const headers = { authorization: 'Bearer a', Authorization: 'Bearer b' };
    const joined = new Headers([...Object.entries(headers)]);
    for (const request of [{ headers }, { headers: joined }])
      await expect(verify(request)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it.each([[{}], [undefined], [null], ['token'], [{ headers: null }], [{ headers: ['a', 'b'] }]])(
    '%j is no request',
    async (request) => {
      const rejected: unknown = await verify(request).catch((error: unknown) => error);
      expect(rejected).toBeInstanceOf(TypeError);
      expect(String(rejected)).toContain('an object with headers');
    },
  );

  it.each([7, 'text', {}, { length: 1e300 }])(
    'lines that are no list, %j, are none',
    async (lines) => {
      const headers = { authorization: `Bearer ${issuer.token({ subject: 'bob' })}` };
      for (const request of [
        { headers, rawHeaders: lines },
        { headers, raw: { rawHeaders: lines } },
      ])
        expect(await verify(request)).toMatchObject({ subject: 'bob' });
    },
  );

  it('one without a token is refused for that', async () => {
    await expect(verify({ headers: {} })).rejects.toMatchObject({ code: 'auth_required' });
  });

  it('the challenge is for the scheme of the request', async () => {
    const bound = await startApplication(
      { issuers: [issuer.config()], dpop: { origin: 'https://api.example.com' } },
      { adapter },
    );
    const challengeFor = (authorization: string): Promise<string | undefined> =>
      bound.app
        .get(AccessTokenVerifier)
        .verifyRequest({ headers: { authorization } })
        .then(String, ({ challenge }: { challenge?: string }) => challenge);
    const [bearer, dpop] = [await challengeFor('Bearer junk'), await challengeFor('DPoP junk')];
    expect(bearer).toMatch(/^Bearer [^,]*, error="invalid_token".*, DPoP (?!.*error=)/);
    expect(dpop).toMatch(/^Bearer (?!.*error=.*DPoP ).*, DPoP .*error="invalid_token"/);
    await bound.close();
  });

  it('a logger that throws changes no answer', async () => {
    const down = await createTestIssuer();
    down.goDown();
    const quiet = await startApplication(
      {
        issuers: [issuer.config(), down.config()],
        observer: { refused: () => failing() },
      },
      { adapter },
    );
    quiet.app.useLogger(THROWING);
    try {
      expect((await quiet.get('/notes')).status).toBe(401);
      expect((await quiet.get('/notes', issuer.expiredToken())).status).toBe(401);
      expect((await quiet.get('/notes', down.token())).status).toBe(503);
      expect((await quiet.get('/notes', issuer.token())).status).toBe(200);
    } finally {
      quiet.app.useLogger(false);
      await quiet.close();
      await down.close();
    }
  });
});

it('a refusal without an HTTP adapter is thrown on', async () => {
  const issuer = await createTestIssuer();
  @Module({ imports: [AuthModule.forRoot({ issuers: [issuer.config()] })] })
  class Bare {}
  const app = await NestFactory.createApplicationContext(Bare, { logger: false });
  const filter = app.get(RefusalExceptionFilter, { strict: false });
  const host: ArgumentsHost = new ExecutionContextHost([{ headers: {} }, { setHeader: () => {} }]);
  const exception = new TokenExpiredException();
  expect(() => filter.catch(exception, host)).toThrow(exception);
  await app.close();
  await issuer.close();
});
