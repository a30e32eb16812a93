import { Controller, Get, UseGuards } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  JwtAuthGuard,
  RequireAuthentication,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

@UseGuards(JwtAuthGuard)
@Controller()
class DemandingController {
  @RequireScopes('notes:read', 'notes:write')
  @Get('all')
  all(): void {}

  @RequireScopes.any('notes:read', 'notes:write')
  @Get('any')
  any(): void {}

  @RequireRoles('editor')
  @Get('role')
  role(): void {}

  @RequireRoles('admin', { issuers: ['https://staff.example.com'] })
  @Get('staff')
  staff(): void {}

  @RequireAuthentication({ acrValues: ['phr', 'phrh'], maxAgeSeconds: 300 })
  @Get('login')
  login(): void {}

  @RequireAuthentication({ maxAgeSeconds: 60 })
  @Get('recent')
  recent(): void {}
}

describe.each(ADAPTERS)('What the log says of a demand that is not met, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false });
    application = await startApplication(
      { issuers: [issuer.config(), { issuer: 'https://staff.example.com', audience: 'x' }] },
      { adapter, controllers: [DemandingController] },
    );
  });
  afterAll(() => application.close());

  it.each([
    ['/all', 'the caller lacks scopes that the route asks for: all of "notes:read", "notes:write"'],
    ['/any', 'the caller lacks scopes that the route asks for: any of "notes:read", "notes:write"'],
    ['/role', 'the caller lacks roles that the route asks for: "editor"'],
    [
      '/staff',
      'the route accepts the roles "admin" only from other issuers: "https://staff.example.com"',
    ],
    [
      '/login',
      'what the route asks for ("acr": one of phr phrh; "auth_time": no more than 300 s ago)',
    ],
    ['/recent', 'what the route asks for ("auth_time": no more than 60 s ago)'],
  ])('%s: %s', async (path, text) => {
    application.log.clear();
    const claims = { roles: ['admin', 'secret-role'], acr: 'secret-acr', auth_time: 1 };
    const answer = await application.get(path, issuer.token({ scopes: ['secret'], claims }));
    expect(answer.challenge).toMatch(/error="insufficient_/);
    const log = application.log.text('debug');
    expect(log).toContain(text);
    expect(log).not.toContain('secret');
    expect(answer.text + answer.challenge).not.toMatch(/editor|staff/);
  });
});
