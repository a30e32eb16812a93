import { Controller, Get, UseGuards } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { JwtAuthGuard, RequireRoles } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';

@UseGuards(JwtAuthGuard)
@Controller()
class RolesController {
  @RequireRoles('admin', { issuers: ['https://staff.example.com'] })
  @Get('by-issuer')
  byIssuer(): string {
    return 'in';
  }

  @RequireRoles.any('admin', 'owner', { issuers: ['staff'] })
  @Get('by-name')
  byName(): string {
    return 'in';
  }

  @RequireRoles('admin')
  @Get('anybody')
  anybody(): string {
    return 'in';
  }
}

describe.each(ADAPTERS)('Roles of some issuers alone, on %s', (adapter) => {
  it('count, and those of others do not', async () => {
    const staff = await createTestIssuer({ listen: false, issuer: 'https://staff.example.com' });
    const partner = await createTestIssuer({
      listen: false,
      issuer: 'https://partner.example.com',
    });
    const limited = await createTestIssuer({
      listen: false,
      issuer: 'https://limited.example.com',
    });
    const application = await startApplication(
      {
        issuers: [
          staff.config({ name: 'staff' }),
          partner.config({ name: 'partner' }),
          limited.config({ mayGrant: { roles: ['partner:*'] } }),
        ],
      },
      { adapter, controllers: [RolesController] },
    );
    const token = (issuer: typeof staff) => issuer.token({ claims: { roles: ['admin'] } });
    const status = async (path: string, issuer: typeof staff) =>
      (await application.get(path, token(issuer))).status;
    try {
      expect(await status('/by-issuer', staff)).toBe(200);
      expect(await status('/by-name', staff)).toBe(200);
      const refused = await application.get('/by-issuer', token(partner));
      expect(refused).toMatchObject({ status: 403, json: { code: 'insufficient_scope' } });
      expect(refused.challenge).not.toContain('scope="');
      expect(await status('/by-name', partner)).toBe(403);
      expect(await status('/anybody', partner)).toBe(200);
      expect(await status('/anybody', limited)).toBe(403);
      // Remembered tokens too.
      expect(await status('/by-name', staff)).toBe(200);
      expect(await status('/by-name', partner)).toBe(403);
      expect(await status('/anybody', limited)).toBe(403);
    } finally {
      await application.close();
    }
  });
});

describe('@RequireRoles() with issuers that cannot be meant', () => {
  it.each([
    [{}],
    [{ issuers: [] }],
    [{ issuers: 'x' }],
    [{ issuers: [''] }],
    [{ issuers: ['x'], a: 1 }],
  ])('%j throws', (last) => {
    expect(() => RequireRoles('admin', last as never)).toThrow(
      "@RequireRoles(): write { issuers: ['https://…'] } with at least one issuer.",
    );
  });
});
