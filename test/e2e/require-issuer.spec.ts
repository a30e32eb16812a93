import { Controller, Get, UseGuards } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthConfigurationError,
  type AuthModuleConfig,
  JwtAuthGuard,
  OptionalAuth,
  RequireIssuer,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
const OTHER_TENANT = '82229342-1101-4ab6-817b-70c0747630f3';
const TEMPLATE = 'https://tenants.example.com/{tenantid}';

@UseGuards(JwtAuthGuard)
@Controller()
class IssuerController {
  @RequireIssuer('https://staff.example.com')
  @Get('by-issuer')
  byIssuer(): string {
    return 'in';
  }

  @RequireIssuer('staff', 'partner')
  @Get('by-names')
  byNames(): string {
    return 'in';
  }

  @RequireIssuer(TEMPLATE)
  @Get('by-template')
  byTemplate(): string {
    return 'in';
  }

  @RequireIssuer(`https://tenants.example.com/${TENANT}`)
  @Get('by-tenant')
  byTenant(): string {
    return 'in';
  }

  @RequireScopes('notes:write')
  @RequireIssuer('staff')
  @Get('with-scope')
  withScope(): string {
    return 'in';
  }

  @OptionalAuth()
  @RequireIssuer('staff')
  @Get('optional')
  optional(): string {
    return 'in';
  }
}

@UseGuards(JwtAuthGuard)
@RequireIssuer('staff')
@Controller('both')
class BothController {
  @RequireIssuer('https://partner.example.com')
  @Get()
  both(): string {
    return 'in';
  }

  @Get('staff')
  staff(): string {
    return 'in';
  }
}

@UseGuards(JwtAuthGuard)
@RequireIssuer('staff')
@Controller('by-shared-name')
class StaffController {
  @Get()
  get(): string {
    return 'in';
  }
}

describe.each(ADAPTERS)('@RequireIssuer() on %s', (adapter) => {
  let staff: TestIssuer;
  let partner: TestIssuer;
  let tenants: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    staff = await createTestIssuer({ listen: false, issuer: 'https://staff.example.com' });
    partner = await createTestIssuer({ listen: false, issuer: 'https://partner.example.com' });
    tenants = await createTestIssuer({ listen: false, issuer: 'https://tenants.example.com' });
    const template = tenants.config({
      issuer: TEMPLATE,
      tenants: 'any',
      keys: { jwks: tenants.jwks },
    });
    application = await startApplication(
      {
        issuers: [staff.config({ name: 'staff' }), partner.config({ name: 'partner' }), template],
      },
      { adapter, controllers: [IssuerController, BothController] },
    );
  });
  afterAll(() => application.close());

  const status = async (path: string, token: Promise<string> | string): Promise<number> =>
    (await application.get(path, await token)).status;
  const ofTenant = (tenant: string): Promise<string> | string =>
    tenants.token({
      claims: { iss: `https://tenants.example.com/${tenant}`, tid: tenant },
    });

  it('lets callers of an issuer in by its string and by its name, again and again', async () => {
    for (const path of ['/by-issuer', '/by-names', '/by-names', '/optional', '/both/staff'])
      expect([path, await status(path, staff.token())]).toEqual([path, 200]);
    expect(await status('/by-names', partner.token())).toBe(200);
  });

  it('lets all tenants of a template in, or one of them', async () => {
    expect(await status('/by-template', ofTenant(TENANT))).toBe(200);
    expect(await status('/by-template', ofTenant(OTHER_TENANT))).toBe(200);
    expect(await status('/by-tenant', ofTenant(TENANT))).toBe(200);
    expect(await status('/by-tenant', ofTenant(OTHER_TENANT))).toBe(403);
    expect(await status('/by-template', staff.token())).toBe(403);
  });

  it('refuses others with 403 insufficient_scope, without a scope to ask for', async () => {
    const refused = await application.get('/by-issuer', await partner.token());
    expect(refused).toMatchObject({ status: 403, json: { code: 'insufficient_scope' } });
    expect(refused.challenge).toContain('error="insufficient_scope"');
    expect(refused.challenge).not.toContain('scope="notes');
    expect(refused.challenge).not.toMatch(/[ ,]scope=/);
    expect(application.log.text()).toContain(
      'the route accepts only callers of other issuers: "https://staff.example.com"',
    );
  });

  it('comes before scopes: no client should fetch some that are of no use', async () => {
    const foreign = await application.get('/with-scope', await partner.token());
    expect(foreign.status).toBe(403);
    expect(foreign.challenge).not.toMatch(/[ ,]scope=/);
    const own = await application.get('/with-scope', await staff.token());
    expect(own.challenge).toContain('scope="notes:write"');
  });

  it('holds beside that of the controller', async () => {
    expect(await status('/both', staff.token())).toBe(403);
    expect(await status('/both', partner.token())).toBe(403);
  });

  it('demands a token', async () => {
    expect(await application.get('/optional')).toMatchObject({
      status: 401,
      json: { code: 'auth_required' },
    });
  });
});

/** The message with which an application does not start. */
async function faultOf(
  issuers: readonly [string, ...string[]],
  config: Partial<AuthModuleConfig> = {},
): Promise<string | undefined> {
  @UseGuards(JwtAuthGuard)
  @Controller()
  class NamingController {
    @RequireIssuer(...issuers)
    @Get('named')
    named(): void {}
  }
  try {
    const trusted = { issuer: 'https://staff.example.com', name: 'staff' };
    const application = await startApplication(
      { audience: 'notes', issuers: [trusted], ...config },
      { controllers: [NamingController] },
    );
    await application.close();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(AuthConfigurationError);
    return (error as Error).message;
  }
}

describe('A name that two issuers share', () => {
  it('means both', async () => {
    const issuers = await Promise.all(
      ['https://one.example', 'https://two.example'].map((issuer) =>
        createTestIssuer({ listen: false, issuer }),
      ),
    );
    const application = await startApplication(
      { issuers: issuers.map((issuer) => issuer.config({ name: 'staff' })) },
      { controllers: [StaffController] },
    );
    for (const issuer of issuers)
      expect((await application.get('/by-shared-name', await issuer.token())).status).toBe(200);
    await application.close();
  });
});

describe('An issuer that is not configured', () => {
  it('stops the start, and the message says what may be meant', async () => {
    expect(await faultOf(['https://staff.example.com', 'staf'])).toContain(
      'NamingController.named: demands callers of "staf", which is no trusted issuer, so that every caller would be refused. Did you mean "staff"?',
    );
    expect(await faultOf(['https://elsewhere.example.org/login'])).toContain(
      'Write the issuer as it is configured, or its name.',
    );
  });

  it('is also one by an alias, which no identity has', async () => {
    const issuers = [{ issuer: 'https://a.example.com', issuerAliases: ['https://b.example.com'] }];
    expect(await faultOf(['https://b.example.com'], { issuers })).toContain(
      'demands callers of "https://b.example.com", which is an alias. Identities have the issuer itself: write "https://a.example.com".',
    );
  });

  it('is none that resolveIssuer may give', async () => {
    const resolveIssuer = { origins: ['https://login.example.com'], resolve: () => undefined };
    const config = { resolveIssuer };
    expect(await faultOf(['https://login.example.com/a', 'a'], config)).toBeUndefined();
    expect(await faultOf(['https://other.example.com/a'], config)).toContain('no trusted issuer');
  });
});

describe('@RequireIssuer() where it is written', () => {
  it('throws when it names none, or something that is no issuer', () => {
    const decorate = RequireIssuer as (...issuers: unknown[]) => unknown;
    expect(() => decorate()).toThrow('@RequireIssuer() names none. Name at least one issuer.');
    expect(() => decorate('')).toThrow('@RequireIssuer(): "" is not an issuer.');
    expect(() => decorate(['staff'])).toThrow('@RequireIssuer(): ["staff"] is not an issuer.');
    expect(() => decorate(undefined)).toThrow('@RequireIssuer(): undefined is not an issuer.');
  });

  it('throws on a field', () => {
    expect(() => {
      class Fields {
        @(RequireIssuer('staff') as PropertyDecorator)
        field = 1;
      }
      return Fields;
    }).toThrow('@RequireIssuer() on Fields.field');
  });
});

@UseGuards(JwtAuthGuard)
@RequireRoles('admin')
@Controller('admins')
class AdminsController {
  @Get('anybody')
  anybody(): void {}

  @RequireIssuer('https://staff.example.com')
  @Get('staff')
  staff(): void {}
}

describe('The audit', () => {
  it('counts handlers whose roles any issuer could state, and none that says whose callers it takes', async () => {
    const application = await startApplication(
      {
        audience: 'notes',
        issuers: ['https://staff.example.com'],
        resolveIssuer: { origins: ['https://tenants.example.com'], resolve: () => undefined },
        audit: 'warn',
      },
      { controllers: [AdminsController] },
    );
    try {
      expect(application.log.text('warn')).toContain(
        '1 handlers, such as AdminsController.anybody, demand roles, and resolveIssuer may give issuers',
      );
    } finally {
      await application.close();
    }
  });

  it('takes a demand for an issuer on a route that is open for a mistake', async () => {
    @RequireIssuer('https://staff.example.com')
    @Controller('lost')
    class LostController {
      @Get()
      lost(): void {}
    }
    const config = { audience: 'notes', issuers: ['https://staff.example.com'] };
    const application = await startApplication(config, { controllers: [LostController] });
    try {
      expect(await application.get('/lost')).toMatchObject({ status: 401 });
      expect(application.log.text('error')).toContain('LostController.lost');
    } finally {
      await application.close();
    }
  });
});
