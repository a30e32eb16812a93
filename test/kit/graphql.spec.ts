import { ApolloDriver } from '@nestjs/apollo';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplication, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AuthModule, JwtAuthGuard } from 'nestjs-trusted-issuers';
import {
  authenticatedAs,
  createTestIssuer,
  overrideAuth,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import request from 'supertest';
import { CapturedLog } from '../support/captured-log.js';
import { NotesResolver } from '../support/notes.resolver.js';

@Module({
  imports: [
    AuthModule.forRoot({
      audience: 'https://api.example.com',
      issuers: ['https://login.example.com'],
    }),
    GraphQLModule.forRoot({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['guards', 'interceptors'],
    }),
  ],
  providers: [NotesResolver],
})
class AppModule {}

describe('The test kit and GraphQL', () => {
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false, issuer: 'https://login.example.com' });
  });
  afterAll(() => issuer.close());

  const builder = (): ReturnType<typeof Test.createTestingModule> =>
    Test.createTestingModule({ imports: [AppModule] }).setLogger(new CapturedLog());
  const started = async (from: ReturnType<typeof builder>): Promise<INestApplication> =>
    (await from.compile()).createNestApplication(new ExpressAdapter()).init();
  const ask = async (app: INestApplication, query: string, token = ''): Promise<unknown> =>
    (
      await request(app.getHttpServer())
        .post('/graphql')
        .auth(token, { type: 'bearer' })
        .send({ query })
    ).body;

  it('authenticatedAs makes every caller one, whose scopes count', async () => {
    const app = await started(
      builder()
        .overrideGuard(JwtAuthGuard)
        .useValue(authenticatedAs({ subject: 'bob', scopes: ['notes:read'] })),
    );
    expect(await ask(app, '{ whoami scoped }')).toEqual({
      data: { whoami: 'bob', scoped: 'scoped' },
    });
    expect(await ask(app, '{ edited }')).toMatchObject({
      data: { edited: null },
      errors: [{ extensions: { code: 'insufficient_scope' } }],
    });
    await app.close();
  });

  it('overrideAuth makes it trust a test issuer', async () => {
    const app = await started(overrideAuth(builder(), { issuers: [issuer] }));
    expect(await ask(app, '{ whoami }', issuer.token())).toEqual({ data: { whoami: 'alice' } });
    expect(await ask(app, '{ whoami }', issuer.expiredToken())).toMatchObject({
      errors: [{ extensions: { code: 'token_expired' } }],
    });
    await app.close();
  });
});
