import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Protected,
  Public,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { LenientGuard } from '../support/lenient.guard.js';
import { MovableClock } from '../support/movable-clock.js';
import { NotesController } from '../support/notes.controller.js';
import { unauthorizedBody } from '../support/unauthorized.js';

@Public()
@UseGuards(JwtAuthGuard)
@Controller('open')
class OpenController {
  @Get()
  anybody(): object {
    return { in: true };
  }

  @Protected()
  @Get('vault')
  vault(@CurrentIdentity() identity: Identity): object {
    return { subject: identity.subject };
  }

  @Get('miswired')
  miswired(@CurrentIdentity() identity: Identity): object {
    return { subject: identity.subject };
  }
}

/** Two controllers that share one inherited handler and differ in their own decorators. */
abstract class Inherited {
  @Get()
  get(): object {
    return { in: true };
  }
}
@Public()
@UseGuards(JwtAuthGuard)
@Controller('inherited-open')
class InheritedOpenController extends Inherited {}
@UseGuards(JwtAuthGuard)
@Controller('inherited-closed')
class InheritedClosedController extends Inherited {}

@Controller('unguarded')
class UnguardedController {
  @Get()
  forgotten(@CurrentIdentity() identity: Identity): object {
    return { subject: identity.subject };
  }

  @Get('plain')
  plain(): object {
    return { in: true };
  }
}

@OptionalAuth()
@UseGuards(JwtAuthGuard)
@Controller('welcome')
class WelcomeController {
  @Get()
  greet(@CurrentIdentity() identity?: Identity): object {
    return { hello: identity?.subject ?? 'stranger' };
  }

  @Protected()
  @Get('members')
  members(@CurrentIdentity() identity: Identity): object {
    return { subject: identity.subject };
  }
}

const controllers = [
  ...[NotesController, OpenController, UnguardedController, WelcomeController],
  ...[InheritedOpenController, InheritedClosedController],
];

describe.each(ADAPTERS)('Access modes on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication(
      { issuers: [issuer.config()], realm: 'notes "and" more' },
      { adapter, controllers },
    );
  });

  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  it('@Public() admits every caller, whatever they send', async () => {
    for (const token of [undefined, 'junk', issuer.expiredToken(), issuer.token()])
      expect((await application.get('/notes/about', token)).json).toEqual({ about: 'notes' });
  });

  it('@Protected() on a handler wins over @Public() on its class', async () => {
    expect((await application.get('/open')).status).toBe(200);
    expect((await application.get('/open/vault')).status).toBe(401);
    expect((await application.get('/open/vault', issuer.token())).json).toEqual({
      subject: 'alice',
    });
  });

  it('a handler inherited by two controllers is guarded as each of them says', async () => {
    for (let times = 0; times < 2; times++) {
      expect((await application.get('/inherited-open')).status).toBe(200);
      expect((await application.get('/inherited-closed')).status).toBe(401);
    }
  });

  it('@OptionalAuth() without a token: no identity', async () => {
    expect((await application.get('/notes/greeting')).json).toEqual({ hello: 'stranger' });
    expect((await application.get('/welcome')).json).toEqual({ hello: 'stranger' });
  });

  it('@OptionalAuth() with a good token: the identity', async () => {
    expect((await application.get('/notes/greeting', issuer.token())).json).toEqual({
      hello: 'alice',
    });
  });

  it('@OptionalAuth() with a bad token: its 401, never "stranger"', async () => {
    const expired = await application.get('/notes/greeting', issuer.expiredToken());
    expect(expired).toBeUnauthorized('token_expired');
    const tampered = await application.get('/welcome', issuer.tamperedToken());
    expect(tampered).toBeUnauthorized('signature_invalid');
  });

  it('@Protected() on a handler wins over @OptionalAuth() on its class', async () => {
    expect((await application.get('/welcome/members')).status).toBe(401);
  });

  it.each(['/unguarded', '/open/miswired'])(
    '@CurrentIdentity() on %s, where no guard established one: 401 and an error in the log',
    async (path) => {
      application.log.clear();
      const answer = await application.get(path, issuer.token());
      expect(answer.status).toBe(401);
      expect(answer.json).toEqual(
        unauthorizedBody('auth_required', String.raw`notes \"and\" more`),
      );
      expect(answer.challenge).toBe(String.raw`Bearer realm="notes \"and\" more"`);
      expect(application.log.text('error')).toMatch(
        /(UnguardedController\.forgotten|OpenController\.miswired) asks for @CurrentIdentity\(\), but no identity was established/,
      );
    },
  );
});

describe.each(ADAPTERS)('A user that something else put on the request, on %s', (adapter) => {
  const MALLORY = { issuer: 'https://mallory.example', subject: 'mallory' };
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await createTestIssuer();
  });
  afterAll(() => issuer.close());

  const start = (
    occupy: (request: object) => void,
    handled: Type[] = [NotesController],
  ): Promise<TestApplication> =>
    startApplication(
      { issuers: [issuer.config()] },
      {
        adapter,
        controllers: handled,
        configure(app) {
          if (adapter === 'Express')
            app.use((request: object, _response: unknown, next: () => void) => {
              occupy(request);
              next();
            });
          else
            app
              .getHttpAdapter()
              .getInstance()
              .addHook('onRequest', async (request: object) => occupy(request));
        },
      },
    );

  it('an identity does not count under @OptionalAuth() without a token', async () => {
    const application = await start((request) => Object.assign(request, { user: MALLORY }));
    expect((await application.get('/notes/greeting')).json).toEqual({ hello: 'stranger' });
    expect((await application.get('/notes/greeting', issuer.token())).json).toEqual({
      hello: 'alice',
    });
    expect((await application.get('/notes')).status).toBe(401);
    await application.close();
  });

  it.each([
    ['with a setter that does nothing', { get: () => MALLORY, set: () => {} }],
    ['with a setter that throws', { get: () => MALLORY, set: thrower }],
    ['without a setter', { get: () => MALLORY }],
    ['that makes another', { get: () => ({ ...MALLORY }), set: () => {} }],
    ['that gives nothing', { get: () => undefined, set: () => {} }],
  ])('a getter %s: 500, and an error that teaches', async (_name, getter) => {
    const application = await start((request) => Object.defineProperty(request, 'user', getter));
    const paths: [string, string | undefined][] = [
      ['/notes', issuer.token()],
      ['/notes/greeting', issuer.token()],
    ];
    if (getter.get() !== undefined) paths.push(['/notes/greeting', undefined]);
    for (const [path, token] of paths) {
      application.log.clear();
      const answer = await application.get(path, token);
      expect(answer.status).toBe(500);
      expect(answer.text).not.toMatch(/mallory|alice/);
      expect(application.log.text('error')).toContain('cannot put the caller on the request');
      expect(application.log.text()).not.toMatch(/mallory|alice/);
    }
    expect((await application.get('/notes')).status).toBe(401);
    expect((await application.get('/notes/about')).status).toBe(200);
    await application.close();
  });

  it('an identity does not count where a guard of the application caught the refusal', async () => {
    @UseGuards(LenientGuard)
    @Controller('lenient')
    class LenientController {
      @Get()
      user(@Req() request: { user?: unknown }): object {
        return { user: request.user ?? 'nobody' };
      }
    }
    const application = await start(
      (request) => Object.assign(request, { user: MALLORY }),
      [LenientController],
    );
    expect((await application.get('/lenient', issuer.tamperedToken())).json).toEqual({
      user: 'nobody',
    });
    await application.close();
  });

  it('what is no identity stays under @OptionalAuth() without a token', async () => {
    const session = { name: 'a session' };
    let request: { user?: unknown } = {};
    const application = await start((made) => {
      request = Object.assign(made, { user: session });
    });
    expect((await application.get('/notes/greeting')).json).toEqual({ hello: 'stranger' });
    expect(request.user).toBe(session);
    await application.close();
  });
});

function thrower(): never {
  throw new Error('read only');
}

describe('A token that expires between two guards of a request', () => {
  const clock = new MovableClock();
  let waitSeconds = 0;

  @Injectable()
  class SlowGuard implements CanActivate {
    canActivate(): boolean {
      clock.advance(waitSeconds);
      return true;
    }
  }

  @UseGuards(JwtAuthGuard, SlowGuard, JwtAuthGuard)
  @Controller('slow')
  class SlowController {
    @Get()
    get(): object {
      return {};
    }
  }

  it('is refused by the second one, from the second of its "exp" on', async () => {
    const issuer = await createTestIssuer({ listen: false, now: clock.now });
    const application = await startApplication(
      { issuers: [issuer.config({ clockToleranceSeconds: 0 })] },
      { controllers: [SlowController], clock },
    );
    const codeAfter = async (seconds: number): Promise<unknown> => {
      const startsAt = Math.ceil(clock.now() / 1_000);
      clock.advance(startsAt - clock.now() / 1_000);
      waitSeconds = seconds;
      const token = issuer.token({ claims: { exp: startsAt + 10 } });
      const { status, json } = await application.get('/slow', token);
      return status === 200 ? 'in' : (json as { code: string }).code;
    };
    expect([await codeAfter(9), await codeAfter(10), await codeAfter(11)]).toEqual([
      'in',
      'token_expired',
      'token_expired',
    ]);
    await application.close();
  });
});

describe('guardEveryRoute', () => {
  it('protects routes without decorators, and leaves public ones open', async () => {
    const issuer = await createTestIssuer();
    const application = await startApplication(
      { issuers: [issuer.config()], guardEveryRoute: true },
      { controllers },
    );
    expect((await application.get('/unguarded/plain')).json).toMatchObject({
      code: 'auth_required',
    });
    expect((await application.get('/unguarded', issuer.token())).json).toEqual({
      subject: 'alice',
    });
    expect((await application.get('/open')).status).toBe(200);
    expect((await application.get('/notes/about')).status).toBe(200);
    await application.close();
    await issuer.close();
  });
});
