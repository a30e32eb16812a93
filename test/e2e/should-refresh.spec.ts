import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shouldRefresh } from 'nestjs-trusted-issuers/client';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { get, type IncomingMessage } from 'node:http';
import supertest from 'supertest';
import { request } from 'undici';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

describe.each(ADAPTERS)('shouldRefresh, on %s, with the answers of', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication({ issuers: [issuer.config()] }, { adapter });
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  const calls = () =>
    [
      [issuer.expiredToken(), 401, true],
      [issuer.tamperedToken(), 401, false],
      [issuer.token(), 200, false],
    ] as const;
  const init = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it('fetch', async () => {
    for (const [token, status, expected] of calls()) {
      const answer = await fetch(`${application.url}/notes`, init(token));
      expect([answer.status, await shouldRefresh(answer)]).toEqual([status, expected]);
      expect(await answer.json()).toBeDefined();
    }
  });

  it('undici, whose body can still be read', async () => {
    for (const [token, status, expected] of calls()) {
      const answer = await request(`${application.url}/notes`, init(token));
      expect([answer.statusCode, await shouldRefresh(answer)]).toEqual([status, expected]);
      expect(await answer.body.json()).toBeDefined();
    }
  });

  it('Node itself', async () => {
    for (const [token, status, expected] of calls()) {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get(`${application.url}/notes`, init(token), resolve).on('error', reject);
      });
      answer.resume();
      expect(answer.statusCode).toBe(status);
      expect(await shouldRefresh(answer)).toBe(expected);
    }
  });

  it('superagent, by challenge and by body', async () => {
    for (const [token, status, expected] of calls()) {
      const answer = await supertest(application.url).get('/notes').set(init(token).headers);
      expect([answer.status, await shouldRefresh(answer)]).toEqual([status, expected]);
      const { body, statusCode } = answer as typeof answer & { statusCode: number };
      expect(await shouldRefresh({ statusCode, body: body as unknown, headers: {} })).toBe(
        expected,
      );
    }
  });
});
