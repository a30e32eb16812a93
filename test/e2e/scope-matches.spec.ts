import { Controller, Get, UseGuards } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import {
  AuthModule,
  type AuthModuleConfig,
  JwtAuthGuard,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { pathScopes } from 'nestjs-trusted-issuers/presets';
import { overrideAuth, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import request from 'supertest';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';
import { opened } from '../support/opened.js';
import { bearer, connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';

@UseGuards(JwtAuthGuard)
@Controller()
class StorageController {
  @RequireScopes('storage.read:/data')
  @Get('data')
  data(): string {
    return 'in';
  }

  @RequireScopes('storage.read:/data', 'storage.create:/data')
  @Get('all')
  all(): string {
    return 'in';
  }

  @RequireScopes.any('storage.read:/other', 'storage.read:/data')
  @Get('any')
  any(): string {
    return 'in';
  }

  @RequireRoles('storage.read:/data')
  @Get('role')
  role(): string {
    return 'in';
  }
}

const { keep, issuer: startIssuer } = opened();

async function start(
  scopeMatches: unknown,
  adapter: (typeof ADAPTERS)[number] = 'Express',
): Promise<{ issuer: TestIssuer; application: TestApplication }> {
  const issuer = await startIssuer();
  const config = { issuers: [issuer.config()], scopeMatches } as AuthModuleConfig;
  const application = keep(
    await startApplication(config, { adapter, controllers: [StorageController] }),
  );
  return { issuer, application };
}

describe.each(ADAPTERS)('scopeMatches on %s', (adapter) => {
  it('compares what is demanded with what the caller has, also of remembered tokens', async () => {
    const { issuer, application } = await start(pathScopes, adapter);
    const scoped = async (path: string, ...scopes: string[]): Promise<number> => {
      const token = await issuer.token({ scopes });
      const first = (await application.get(path, token)).status;
      expect((await application.get(path, token)).status).toBe(first);
      return first;
    };
    expect(await scoped('/data', 'storage.read:/')).toBe(200);
    expect(await scoped('/data', 'storage.read:/data')).toBe(200);
    expect(await scoped('/data', 'openid', 'storage.read:/data')).toBe(200);
    expect(await scoped('/data', 'storage.read:/database')).toBe(403);
    expect(await scoped('/data')).toBe(403);
    expect(await scoped('/all', 'storage.read:/')).toBe(403);
    expect(await scoped('/all', 'storage.read:/', 'storage.modify:/data')).toBe(200);
    expect(await scoped('/any', 'storage.read:/data')).toBe(200);
    expect(await scoped('/any', 'storage.read:/data/x')).toBe(403);
  });

  it('names in the challenge what is demanded', async () => {
    const { issuer, application } = await start(pathScopes, adapter);
    const { status, challenge } = await application.get('/data', await issuer.token());
    expect(status).toBe(403);
    expect(challenge).toContain('scope="storage.read:/data"');
  });

  it('leaves roles alone', async () => {
    const { issuer, application } = await start(() => true, adapter);
    expect((await application.get('/role', await issuer.token())).status).toBe(403);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('s3cret');
      },
    ],
    ['gives a promise', () => Promise.resolve(true)],
    ['gives a promise that is rejected', () => Promise.reject(new Error('s3cret'))],
    ['gives neither true nor false', () => 1],
    ['gives nothing', () => undefined],
  ])('that %s is a 503: it has not said no', async (_what, scopeMatches) => {
    const { issuer, application } = await start(scopeMatches, adapter);
    const answer = await application.get('/data', await issuer.token({ scopes: ['a'] }));
    expect(answer).toMatchObject({ status: 503, json: { code: 'keys_unavailable' } });
    expect(answer.challenge).toBeUndefined();
    expect(JSON.stringify(answer.json)).not.toContain('s3cret');
    // Nothing was asked about a caller without scopes.
    expect((await application.get('/data', await issuer.token())).status).toBe(403);
  });
});

@AuthenticatedGateway()
@WebSocketGateway()
class StorageGateway {
  @RequireScopes('storage.read:/data')
  @SubscribeMessage('data')
  data(): object {
    return { event: 'data', data: 'in' };
  }
}

@UseGuards(JwtAuthGuard)
@Resolver()
class StorageResolver {
  @RequireScopes('storage.read:/data')
  @Query(() => String)
  data(): string {
    return 'in';
  }
}

describe.each(SOCKET_KINDS)('scopeMatches of gateways on %s', (kind) => {
  it('counts for messages', async () => {
    const issuer = await startIssuer();
    const application = keep(
      await startApplication(
        { issuers: [issuer.config()], scopeMatches: pathScopes },
        { providers: [StorageGateway], controllers: [], configure: useAdapter(kind) },
      ),
    );
    const asked = async (scope: string): Promise<unknown> => {
      const token = await issuer.token({ scopes: [scope] });
      const socket = keep(await connect(kind, application.url, bearer(token)));
      socket.send('data');
      return Promise.race([socket.next('data'), socket.next('exception')]);
    };
    expect(await asked('storage.read:/')).toBe('in');
    expect(await asked('storage.read:/database')).toMatchObject({ code: 'insufficient_scope' });
  });
});

describe.each(SERVERS)('scopeMatches of GraphQL, %s', (server) => {
  it('counts for fields', async () => {
    const issuer = await startIssuer();
    const application = keep(
      await startGraphQL(
        server,
        { issuers: [issuer.config()], scopeMatches: pathScopes },
        { resolvers: [StorageResolver] },
      ),
    );
    const asked = async (scope: string): Promise<object> =>
      application.query('{ data }', await issuer.token({ scopes: [scope] }));
    expect(await asked('storage.read:/')).toMatchObject({ data: { data: 'in' } });
    expect(await asked('storage.read:/database')).toMatchObject({
      errors: [{ extensions: { code: 'insufficient_scope' } }],
    });
  });
});

describe('scopeMatches in tests', () => {
  it('counts where overrideAuth puts test issuers in place of the application’s own', async () => {
    const issuer = await startIssuer();
    const testing = Test.createTestingModule({
      imports: [
        AuthModule.forRoot({
          audience: 'https://api.example.com',
          issuers: ['https://login.example.com'],
          scopeMatches: pathScopes,
        }),
      ],
      controllers: [StorageController],
    });
    overrideAuth(testing, (own) => ({ ...own, issuers: [issuer] }));
    const app = keep((await testing.compile()).createNestApplication());
    await app.init();
    const token = await issuer.token({ scopes: ['storage.read:/'] });
    const asked = (path: string) =>
      request(app.getHttpServer()).get(path).set('Authorization', `Bearer ${token}`);
    await asked('/data').expect(200);
    await asked('/all').expect(403);
  });
});
