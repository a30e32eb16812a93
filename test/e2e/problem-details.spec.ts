import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, UnauthorizedException } from '@nestjs/common';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import { NotesController } from '../support/notes.controller.js';

const PROBLEM = 'application/problem+json';

@Controller('own')
class OwnExceptionsController {
  @Get('message')
  message(): never {
    throw new UnauthorizedException('Your account is locked');
  }

  @Get('object')
  object(): never {
    throw new UnauthorizedException({ reason: 'locked' });
  }
}

describe.each(ADAPTERS)('Problem details (RFC 9457) on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  let plain: TestApplication;
  const controllers = [NotesController, OwnExceptionsController];

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const config = { issuers: [issuer.config()] };
    application = await startApplication(
      { ...config, problemDetails: true, errorReference: { url: 'https://api.example/errors' } },
      {
        adapter,
        controllers,
        configure: (app) => app.enableCors({ origin: ['https://a.example'] }),
      },
    );
    plain = await startApplication(config, { adapter, controllers });
  });
  afterAll(async () => {
    await Promise.all([application.close(), plain.close(), issuer.close()]);
  });

  const ask = (path: string, accept: string, token?: string): Promise<HttpAnswer> =>
    application.call(path, {
      headers: [
        ['Accept', accept],
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
      ],
    });

  it('a client that asks for it gets it, with code, hint and the same challenge', async () => {
    const answer = await ask('/notes', PROBLEM, issuer.expiredToken());
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toMatch(
      /^application\/problem\+json(; charset=utf-8)?$/,
    );
    expect(answer.text).toBe(
      '{"type":"https://api.example/errors/UNAUTHORIZED","title":"Unauthorized","status":401,' +
        '"detail":"Access token expired","code":"token_expired","authenticateHint":"Bearer realm=\\"api\\""}',
    );
    const documented = await application.get('/notes', issuer.expiredToken());
    expect(answer.challenge).toBe(documented.challenge);
    expect(documented.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(documented.json).toHaveProperty('message', 'Access token expired');
  });

  it.each([
    [PROBLEM, true],
    ['application/problem+json, application/json', true],
    ['application/json;q=0.5, application/problem+json', true],
    ['APPLICATION/PROBLEM+JSON', true],
    ['application/json, application/problem+json', false],
    ['application/problem+json;q=0.5, application/json', false],
    ['application/problem+json;q=0', false],
    ['application/json', false],
    ['application/*', false],
    ['*/*', false],
    ['text/html', false],
    ['', false],
    [',;=', false],
  ])('Accept: %s', async (accept, problem) => {
    const { headers, json } = await ask('/notes', accept);
    expect(String(headers['content-type']).startsWith(PROBLEM)).toBe(problem);
    expect(json).toHaveProperty('code', 'auth_required');
  });

  it('caches are told, beside what decided the answer before', async () => {
    const answer = await application.call('/notes', { headers: [['Origin', 'https://a.example']] });
    const vary = String(answer.headers['vary'])
      .split(/, */)
      .map((name) => name.toLowerCase());
    expect(vary.toSorted()).toEqual(['accept', 'origin']);
  });

  it('an application’s own message is the detail; its own object stays as it is', async () => {
    expect((await ask('/own/message', PROBLEM)).json).toMatchObject({
      title: 'Unauthorized',
      detail: 'Your account is locked',
      code: 'auth_required',
    });
    const own = await ask('/own/object', PROBLEM);
    expect(own.json).toEqual({ reason: 'locked' });
    expect(own.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('a refusal without a hint has none here', async () => {
    const unreachable = await createTestIssuer();
    await unreachable.close();
    const down = await startApplication(
      { issuers: [unreachable.config()], problemDetails: true },
      { adapter, controllers },
    );
    const answer = await down.call('/notes', {
      headers: [
        ['Accept', PROBLEM],
        ['Authorization', `Bearer ${unreachable.token()}`],
      ],
    });
    expect(answer.headers['retry-after']).toBeDefined();
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Token verification unavailable',
      code: 'keys_unavailable',
    });
    await down.close();
  });

  it('is off unless it is switched on', async () => {
    const answer = await plain.call('/notes', { headers: [['Accept', PROBLEM]] });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['vary']).toBeUndefined();
  });
});
