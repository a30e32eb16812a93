import { Controller, Get, Injectable, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthModule,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  vouchFor,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer, testIdentity } from 'nestjs-trusted-issuers/testing';
import { createPublicKey } from 'node:crypto';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { ADAPTERS, startModule, type TestApplication } from '../support/application.js';

@Controller()
class MovingController {
  @UseGuards(AuthGuard('former'))
  @Get('former')
  former() {
    return 'in';
  }

  @UseGuards(AuthGuard('former'))
  @Get('mixed')
  mixed(@CurrentIdentity() { subject }: Identity) {
    return subject;
  }

  @UseGuards(JwtAuthGuard)
  @Get('moved')
  moved(@CurrentIdentity() { subject }: Identity) {
    return subject;
  }
}

/** What docs/migrating.md says of routes that have not moved yet. */
describe.each(ADAPTERS)('Beside AuthGuard of a strategy of one’s own, on %s', (adapter) => {
  let issuer: TestIssuer;
  beforeAll(async () => void (issuer = await createTestIssuer({ algorithm: 'RS256' })));
  afterAll(() => issuer.close());

  /** @param validated what `validate` of the former strategy returns. */
  function start(validated: object, exceptionFilter = true): Promise<TestApplication> {
    const secretOrKey = createPublicKey({ key: issuer.jwks.keys[0] as never, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString();

    @Injectable()
    class FormerStrategy extends PassportStrategy(Strategy, 'former') {
      constructor() {
        super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey });
      }

      validate(): object {
        return validated;
      }
    }
    return startModule({
      adapter,
      imports: [AuthModule.forRoot({ issuers: [issuer.config()], exceptionFilter })],
      controllers: [MovingController],
      providers: [FormerStrategy],
    });
  }

  it('both let their tokens in', async () => {
    const application = await start({ sub: 'alice' });
    for (const path of ['/former', '/moved'])
      expect([path, (await application.get(path, issuer.token())).status]).toEqual([path, 200]);
    await application.close();
  });

  it('its 401s are reworded, and say nothing of an expired token', async () => {
    const application = await start({ sub: 'alice' });
    const token = issuer.token({ expiresInSeconds: -60 });
    const [former, moved] = [
      await application.get('/former', token),
      await application.get('/moved', token),
    ];
    expect(former.json).toMatchObject({ status: 401, code: 'auth_required' });
    expect(moved.json).toMatchObject({ status: 401, code: 'token_expired' });
    await application.close();
  });

  it('without the exception filter each has its own words', async () => {
    const application = await start({ sub: 'alice' }, false);
    const token = issuer.token({ expiresInSeconds: -60 });
    const [former, moved] = [
      await application.get('/former', token),
      await application.get('/moved', token),
    ];
    expect(former.json).toEqual({ message: 'Unauthorized', statusCode: 401 });
    expect(former.headers['www-authenticate']).toBeUndefined();
    expect(moved.json).toMatchObject({ status: 401, code: 'token_expired' });
    expect(moved.headers['www-authenticate']).toContain('error="invalid_token"');
    await application.close();
  });

  it('what validate returned is an identity only where it is vouched for', async () => {
    const token = issuer.token();
    const alike = testIdentity({ subject: 'alice' });
    for (const validated of [{ sub: 'alice' }, { issuer: 'i', subject: 'alice' }, { ...alike }]) {
      const stranger = await start(validated);
      expect((await stranger.get('/mixed', token)).json).toMatchObject({ code: 'auth_required' });
      await stranger.close();
    }
    const vouched = await start(vouchFor({ ...alike }));
    expect((await vouched.get('/mixed', token)).text).toBe('alice');
    await vouched.close();
  });
});
