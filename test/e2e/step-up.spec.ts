import { Controller, Get, UseGuards } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtAuthGuard, RequireAuthentication, RequireScopes } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

const OK = { in: true };

@UseGuards(JwtAuthGuard)
@Controller('payments')
class PaymentsController {
  @RequireAuthentication({ acrValues: ['phr', 'phrh'], maxAgeSeconds: 300 })
  @Get('both')
  both(): object {
    return OK;
  }

  @RequireAuthentication({ acrValues: ['phr'] })
  @Get('acr')
  acr(): object {
    return OK;
  }

  @RequireAuthentication({ maxAgeSeconds: 60 })
  @Get('recent')
  recent(): object {
    return OK;
  }
}

@RequireAuthentication({ acrValues: ['low', 'phr', 'phrh'], maxAgeSeconds: 3600 })
@RequireScopes('pay')
@UseGuards(JwtAuthGuard)
@Controller('transfers')
class TransfersController {
  @RequireAuthentication({ acrValues: ['phrh', 'phr', 'other'], maxAgeSeconds: 60 })
  @Get()
  get(): object {
    return OK;
  }
}

@RequireAuthentication({ maxAgeSeconds: 60 })
@Controller('unguarded')
class UnguardedController {
  @Get()
  get(): object {
    return OK;
  }
}

const now = (): number => Math.floor(Date.now() / 1_000);

describe.each(ADAPTERS)('Step-up authentication (RFC 9470) on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication(
      { issuers: [issuer.config()], disclosure: adapter === 'Express' ? 'detailed' : 'minimal' },
      { adapter, controllers: [PaymentsController, TransfersController, UnguardedController] },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  // RFC 9470 section 3.
  it('401, to the byte, however much is disclosed: the token is good', async () => {
    const answer = await application.get('/payments/both', issuer.token());
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(
      String.raw`{"status":401,"error":"Unauthorized","message":"Stronger or more recent authentication required","code":"step_up_required","authenticateHint":"Bearer realm=\"api\""}`,
    );
    expect(answer.challenge).toBe(
      'Bearer realm="api", error="insufficient_user_authentication", error_description="Stronger or more recent authentication required", acr_values="phr phrh", max_age="300"',
    );
  });

  it.each([
    ['another acr', '/payments/both', { acr: 'low' }, 0],
    ['an acr that is a list', '/payments/acr', { acr: ['phr'] }, 0],
    ['an acr that holds one', '/payments/acr', { acr: 'phr low' }, 0],
    ['a good acr and an old login', '/payments/both', { acr: 'phr' }, 400],
    ['an old login', '/payments/recent', {}, 70],
    ['a login as text', '/payments/recent', { auth_time: String(now()) }, undefined],
    ['a login in milliseconds', '/payments/recent', { auth_time: Date.now() }, undefined],
    ['no login', '/payments/recent', {}, undefined],
  ])('%s: step_up_required', async (_name, path, claims, ageSeconds) => {
    const login = ageSeconds === undefined ? {} : { auth_time: now() - ageSeconds };
    const answer = await application.get(path, issuer.token({ claims: { ...login, ...claims } }));
    expect([answer.status, answer.json]).toMatchObject([401, { code: 'step_up_required' }]);
  });

  it.each([
    ['/payments/both', { acr: 'phrh' }, 290],
    ['/payments/acr', { acr: 'phr' }, undefined],
    ['/payments/recent', {}, 50],
    ['/payments/recent', {}, -2],
  ])('%s with %j, %s s ago: let in', async (path, claims, ageSeconds) => {
    const login = ageSeconds === undefined ? {} : { auth_time: now() - ageSeconds };
    const answer = await application.get(path, issuer.token({ claims: { ...login, ...claims } }));
    expect(answer.json).toEqual(OK);
  });

  it('only the parameter that is demanded is sent', async () => {
    expect((await application.get('/payments/acr', issuer.token())).challenge).toMatch(
      /acr_values="phr"$/,
    );
    const { challenge } = await application.get('/payments/recent', issuer.token());
    expect(challenge).toMatch(/max_age="60"$/);
    expect(challenge).not.toContain('acr_values');
  });

  it('controller and handler must both hold, and one login can meet both', async () => {
    const scopes = ['pay'];
    const { challenge } = await application.get('/transfers', issuer.token({ scopes }));
    expect(challenge).toContain('acr_values="phrh phr", max_age="60"');
    const get = (acr: string, age: number): ReturnType<typeof application.get> =>
      application.get(
        '/transfers',
        issuer.token({ scopes, claims: { acr, auth_time: now() - age } }),
      );
    expect((await get('low', 0)).status).toBe(401);
    expect((await get('other', 0)).status).toBe(401);
    expect((await get('phr', 120)).status).toBe(401);
    expect((await get('phr', 0)).json).toEqual(OK);
  });

  it('no user is asked to log in again for what they may not have', async () => {
    expect((await application.get('/transfers', issuer.token())).json).toMatchObject({
      code: 'insufficient_scope',
    });
  });

  it('without its guard: 401 auth_required and an error in the log', async () => {
    application.log.clear();
    const claims = { auth_time: now() };
    expect((await application.get('/unguarded', issuer.token({ claims }))).json).toMatchObject({
      code: 'auth_required',
    });
    expect(application.log.text('error')).toContain('UnguardedController.get demands');
  });
});
