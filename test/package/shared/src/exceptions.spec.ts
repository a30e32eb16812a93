import {
  type ArgumentsHost,
  Catch,
  HttpException,
  type INestApplication,
  UnauthorizedException,
} from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { AccessTokenVerifier, TokenExpiredException } from 'nestjs-trusted-issuers';
import { createTestIssuer, overrideAuth, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AppModule } from './app.module.js';
import { CountExpiredFilter } from './refresh.filter.js';
import { bearer, send } from './send.js';

const caught: unknown[] = [];

/** The application's own filter, for the class of Nest that the application imports. */
@Catch(UnauthorizedException)
class Witness extends BaseExceptionFilter {
  override catch(exception: UnauthorizedException, host: ArgumentsHost): void {
    caught.push(exception);
    super.catch(exception, host);
  }
}

describe('Across the boundary of the package', () => {
  let issuer: TestIssuer;
  let app: INestApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const builder = Test.createTestingModule({ imports: [AppModule] });
    overrideAuth(builder, { issuers: [issuer] });
    app = (await builder.compile()).createNestApplication();
  });

  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  it('an exception of the package is one of Nest’s and one of the package’s', async () => {
    const adapter = app.getHttpAdapter();
    app.useGlobalFilters(new Witness(adapter), new CountExpiredFilter(adapter));
    await app.listen(0, '127.0.0.1');
    const address = `${await app.getUrl()}/notes`;

    expect((await send(address, [bearer(issuer.tamperedToken())])).text).toContain(
      '"code":"signature_invalid"',
    );
    expect(caught).toHaveLength(1);
    expect(caught[0]).toBeInstanceOf(UnauthorizedException);
    expect(caught[0]).toBeInstanceOf(HttpException);
    expect(caught[0]).not.toBeInstanceOf(TokenExpiredException);

    const answer = await send(address, [bearer(issuer.expiredToken())]);
    expect(answer.text).toContain('"code":"token_expired"');
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(CountExpiredFilter.count).toBe(1);
  });

  it('a provider of the package is had by its class', async () => {
    const verifier = app.get(AccessTokenVerifier);
    expect(await verifier.verify(issuer.token())).toMatchObject({ subject: 'alice' });
    const refusal = await verifier.verify(issuer.expiredToken()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TokenExpiredException);
    expect(refusal).toBeInstanceOf(UnauthorizedException);
  });
});
