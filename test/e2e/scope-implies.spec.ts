import { describe, expect, it } from '@jest/globals';
import { Controller, Get, UseGuards } from '@nestjs/common';
import {
  type AuthModuleConfig,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  RequireScopes,
  TrustedIssuers,
} from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';

@UseGuards(JwtAuthGuard)
@Controller()
class ScopesController {
  @Get('scopes')
  scopes(@CurrentIdentity() { scopes }: Identity): readonly string[] {
    return scopes;
  }

  @RequireScopes('notes:read', 'notes:write')
  @Get('all')
  all(): string {
    return 'in';
  }

  @RequireScopes.any('notes:read', 'other')
  @Get('any')
  any(): string {
    return 'in';
  }
}

const scopeImplies = {
  'notes:admin': ['notes:write'],
  'notes:write': ['notes:read'],
  // A circle does no harm.
  'notes:read': ['notes:read', 'notes:read'],
};

const start = (
  config: AuthModuleConfig,
  adapter: (typeof ADAPTERS)[number] = 'Express',
): ReturnType<typeof startApplication> =>
  startApplication(
    { audience: 'https://api.example.com', ...config },
    {
      adapter,
      controllers: [ScopesController],
    },
  );

describe.each(ADAPTERS)('scopeImplies on %s', (adapter) => {
  // MCP, revision 2026-07-28: a broader scope satisfies a narrower one.
  it('A broader scope satisfies what demands narrower ones, and the identity has them all', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const application = await start({ issuers: [issuer.config()], scopeImplies }, adapter);
    try {
      const token = issuer.token({ claims: { scope: 'notes:admin' } });
      expect((await application.get('/scopes', token)).json).toEqual([
        'notes:admin',
        'notes:write',
        'notes:read',
      ]);
      for (const path of ['/all', '/any'])
        expect(await application.get(path, token)).toMatchObject({ status: 200 });
      // Not the other way round.
      const reader = issuer.token({ claims: { scope: 'notes:read' } });
      expect((await application.get('/any', reader)).status).toBe(200);
      expect(await application.get('/all', reader)).toMatchObject({
        status: 403,
        json: { code: 'insufficient_scope' },
      });
    } finally {
      await application.close();
    }
  });
});

describe('scopeImplies of an issuer', () => {
  it('takes the place of the module’s, for listed, added and resolved issuers', async () => {
    const named = (issuer: string) => createTestIssuer({ listen: false, issuer });
    const [plain, own, none, added, resolved] = await Promise.all([
      named('https://plain.example.com'),
      named('https://own.example.com'),
      named('https://none.example.com'),
      named('https://added.example.com'),
      named('https://resolved.example.com'),
    ]);
    const application = await start({
      scopeImplies,
      issuers: [
        plain.config(),
        own.config({ scopeImplies: { superuser: ['notes:read'] } }),
        none.config({ scopeImplies: {} }),
      ],
      resolveIssuer: {
        origins: [resolved.issuer],
        resolve: () => resolved.config(),
      },
    });
    try {
      application.app.get(TrustedIssuers).add(added.config());
      const scopes = async (issuer: typeof plain): Promise<unknown> => {
        const token = issuer.token({ claims: { scope: 'notes:write superuser' } });
        return (await application.get('/scopes', token)).json;
      };
      const implied = ['notes:write', 'superuser', 'notes:read'];
      expect(await scopes(plain)).toEqual(implied);
      expect(await scopes(added)).toEqual(implied);
      expect(await scopes(resolved)).toEqual(implied);
      // Here "superuser" implies what "notes:write" does not.
      expect(await scopes(own)).toEqual(implied);
      expect(await scopes(none)).toEqual(['notes:write', 'superuser']);
    } finally {
      await application.close();
    }
  });

  it('grants nothing that mayGrant forbids', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const application = await start({
      scopeImplies,
      issuers: [issuer.config({ mayGrant: { scopes: ['notes:admin', 'notes:read'] } })],
    });
    try {
      const token = issuer.token({ claims: { scope: 'notes:admin' } });
      expect((await application.get('/scopes', token)).json).toEqual(['notes:admin', 'notes:read']);
      expect((await application.get('/all', token)).status).toBe(403);
    } finally {
      await application.close();
    }
  });
});
