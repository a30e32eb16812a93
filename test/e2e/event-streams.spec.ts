import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type MessageEvent,
  type NestInterceptor,
  Scope,
  Sse,
  StreamableFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  type AuthModuleConfig,
  type AuthModuleExtras,
  JwtAuthGuard,
  OptionalAuth,
  Public,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { finalize, interval, map, merge, type Observable } from 'rxjs';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectSoundProcess } from '../support/attack.js';

const LIFETIME_SECONDS = 2;
/** Handlers whose events nobody is subscribed to any more. */
const released: string[] = [];

/** Never ends of its own accord. */
function ticks(name: string): Observable<MessageEvent> {
  return interval(20).pipe(
    map(() => ({ data: { at: Date.now() } })),
    finalize(() => released.push(name)),
  );
}

@Injectable()
class Heartbeat implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return merge(next.handle(), interval(20).pipe(map(() => ({ data: 'heartbeat' }))));
  }
}

class Streams {
  @Sse('plain')
  plain(): Observable<MessageEvent> {
    return ticks('plain');
  }

  @Sse('later')
  async later(): Promise<Observable<MessageEvent>> {
    await Promise.resolve();
    return ticks('later');
  }
}

@UseGuards(JwtAuthGuard)
@Controller('guarded')
class GuardedController extends Streams {
  @OptionalAuth()
  @Sse('optional')
  optional(): Observable<MessageEvent> {
    return ticks('optional');
  }

  @Public()
  @Sse('public')
  open(): Observable<MessageEvent> {
    return ticks('public');
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from(endless()), { type: 'text/csv' });
  }
}

@UseInterceptors(Heartbeat)
@UseGuards(JwtAuthGuard)
@Controller('beating')
class BeatingController extends Streams {}

@UseGuards(JwtAuthGuard)
@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController extends Streams {
  constructor(@Inject(REQUEST) readonly request: object) {
    super();
  }
}

/** Has a guard only with `guardEveryRoute`. */
@Controller('bare')
class BareController extends Streams {}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    yield Buffer.from(`data: {"at":${Date.now()}}\n`);
  }
}

expectSoundProcess();

describe.each(ADAPTERS)('A stream on %s', (adapter) => {
  const running: TestApplication[] = [];
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await createTestIssuer();
  });
  beforeEach(() => void released.splice(0));
  afterEach(async () => {
    for (const application of running.splice(0)) {
      // Those that clients keep for later are not waited for.
      (application.app.getHttpServer() as Server).closeAllConnections();
      await application.close();
    }
  });
  afterAll(() => issuer.close());

  const start = async (config: Partial<AuthModuleConfig & AuthModuleExtras> = {}) => {
    const application = await startApplication(
      { issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }], ...config },
      {
        adapter,
        controllers: [GuardedController, BeatingController, ScopedController, BareController],
      },
    );
    running.push(application);
    return application;
  };
  const shortLived = (): string => issuer.token({ expiresInSeconds: LIFETIME_SECONDS });
  const expiryMs = (token: string): number => {
    const [, payload = ''] = token.split('.');
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
    return exp * 1_000;
  };
  const open = ({ url }: TestApplication, path: string, token?: string, signal?: AbortSignal) =>
    fetch(`${url}/${path}`, {
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      ...(signal && { signal }),
    });
  /** When each event was made, of what could be read until the stream ended, and how it ended. */
  const heardOn = async (answer: Response): Promise<{ times: number[]; isWhole: boolean }> => {
    const parts: string[] = [];
    let isWhole = true;
    try {
      for await (const part of answer.body ?? [])
        parts.push(Buffer.from(part as Uint8Array).toString());
    } catch {
      isWhole = false;
    }
    return { times: timesIn(parts.join('')), isWhole };
  };
  /** Reads until something comes that was made after a moment, and leaves. */
  const isStillHeardAfter = async (answer: Response, moment: number): Promise<boolean> => {
    for await (const part of answer.body ?? [])
      if (timesIn(Buffer.from(part as Uint8Array).toString()).some((at) => at > moment))
        return true;
    return false;
  };
  const timesIn = (text: string): number[] =>
    [...text.matchAll(/data: \{"at":(\d+)\}\n/g)].map(([, at]) => Number(at));

  const STREAMS = [
    'guarded/plain',
    'guarded/later',
    'guarded/optional',
    'scoped/plain',
    'scoped/later',
  ];

  it.each([
    ['with guards on controllers', {}, STREAMS],
    ['with a guard for all', { guardEveryRoute: true }, [...STREAMS, 'bare/plain', 'bare/later']],
  ])(
    'of events ends when its token expires, and is unsubscribed: %s',
    async (_what, config, paths) => {
      const application = await start(config);
      await Promise.all(
        paths.map(async (path) => {
          const token = shortLived();
          const answer = await open(application, path, token);
          expect([answer.status, answer.headers.get('content-type')]).toEqual([
            200,
            'text/event-stream',
          ]);
          const { times, isWhole } = await heardOn(answer);
          expect(isWhole).toBe(true);
          expect(times.length).toBeGreaterThan(0);
          expect(Math.max(...times)).toBeLessThan(expiryMs(token));
          expect(Date.now()).toBeGreaterThanOrEqual(expiryMs(token));
          expect(await application.get(`/${path}`, token)).toBeUnauthorized('token_expired');
        }),
      );
      expect(released).toHaveLength(paths.length);
    },
  );

  it('of events ends though an interceptor of the application has events of its own', async () => {
    const application = await start();
    const token = shortLived();
    const { times } = await heardOn(await open(application, 'beating/plain', token));
    expect(Math.max(...times)).toBeLessThan(expiryMs(token));
    expect(released).toEqual(['plain']);
  });

  it('of events lasts as long as the clock tolerance of its issuer', async () => {
    const application = await start({
      issuers: [{ ...issuer.config(), clockToleranceSeconds: 1 }],
    });
    const token = issuer.token({ expiresInSeconds: 1 });
    const { times } = await heardOn(await open(application, 'guarded/plain', token));
    expect(times.some((at) => at > expiryMs(token))).toBe(true);
    expect(Math.max(...times)).toBeLessThan(expiryMs(token) + 1_000);
  });

  it.each([
    ['with closeOnExpiry: false', ['guarded/plain'], { closeOnExpiry: false }],
    [
      'of files, public handlers and routes without a guard',
      ['guarded/file', 'guarded/public', 'bare/plain'],
      {},
    ],
  ])('goes on after the token expired %s', async (_what, paths, config) => {
    const application = await start(config);
    const token = issuer.token({ expiresInSeconds: 1 });
    const answers = await Promise.all(paths.map((path) => open(application, path, token)));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
    expect(
      await Promise.all(answers.map((answer) => isStillHeardAfter(answer, expiryMs(token)))),
    ).toEqual(paths.map(() => true));
  });

  it('of events goes on for a caller without a token, and for a token with time left', async () => {
    const application = await start();
    const later = Date.now() + 1_500;
    const strangers = await open(application, 'guarded/optional');
    expect(await isStillHeardAfter(strangers, later)).toBe(true);
    // Longer than any timer of Node can run.
    const long = await open(
      application,
      'guarded/plain',
      issuer.token({ expiresInSeconds: 4_000_000 }),
    );
    expect(await isStillHeardAfter(long, later)).toBe(true);
  });

  it('of events that its client leaves is unsubscribed at once', async () => {
    const application = await start();
    const leaving = new AbortController();
    const answer = await open(application, 'guarded/plain', issuer.token(), leaving.signal);
    expect(await isStillHeardAfter(answer, 0)).toBe(true);
    leaving.abort();
    while (released.length === 0)
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    expect(released).toEqual(['plain']);
  });
});
