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
import { MovableClock } from '../support/movable-clock.js';

const LIFETIME_SECONDS = 2;
/** Handlers whose events nobody is subscribed to any more. */
const released: string[] = [];
/** The events that a client, or Nest for it, still listens to. */
const listened = new Set<symbol>();
/** From a whole second on, as claims count. */
let clock = new MovableClock();

/** Never ends of its own accord. */
function ticks(name: string): Observable<MessageEvent> {
  const own = Symbol(name);
  listened.add(own);
  return interval(20).pipe(
    map(() => ({ data: { at: clock.now() } })),
    finalize(() => {
      listened.delete(own);
      released.push(name);
    }),
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
    yield Buffer.from(`data: {"at":${clock.now()}}\n`);
  }
}

/** Of a stream. */
interface Heard {
  /** When each event was made. */
  readonly times: number[];
  /** Whether it ended whole. */
  readonly ended: Promise<boolean>;
}

const shortly = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 5);
  });

expectSoundProcess();

describe.each(ADAPTERS)('A stream on %s', (adapter) => {
  const running: TestApplication[] = [];
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await createTestIssuer({ now: () => clock.now() });
  });
  beforeEach(() => {
    clock = new MovableClock(Math.floor(Date.now() / 1_000) * 1_000);
    released.splice(0);
  });
  afterEach(async () => {
    for (const application of running.splice(0)) {
      // Those that clients keep for later are not waited for.
      (application.app.getHttpServer() as Server).closeAllConnections();
      await application.close();
    }
    while (listened.size > 0) await shortly();
  });
  afterAll(() => issuer.close());

  const start = async (config: Partial<AuthModuleConfig & AuthModuleExtras> = {}) => {
    const application = await startApplication(
      { issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }], ...config },
      {
        adapter,
        clock,
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
  const timesIn = (text: string): number[] =>
    [...text.matchAll(/data: \{"at":(\d+)\}\n/g)].map(([, at]) => Number(at));
  /** What is heard of a stream; returns as soon as something was heard. */
  const listen = async (answer: Response): Promise<Heard> => {
    const times: number[] = [];
    let heardFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (heardFirst = resolve));
    const read = async (): Promise<boolean> => {
      try {
        for await (const part of answer.body ?? []) {
          times.push(...timesIn(Buffer.from(part as Uint8Array).toString()));
          if (times.length > 0) heardFirst();
        }
        return true;
      } catch {
        return false;
      }
    };
    const ended = read();
    await Promise.race([first, ended]);
    return { times, ended };
  };
  /** Waits until something is heard that was made after a moment; `false` when the stream ends before. */
  const isHeardAfter = async ({ times, ended }: Heard, moment: number): Promise<boolean> => {
    const isHeard = (): boolean => times.some((at) => at > moment);
    const isOver = (): Promise<boolean> =>
      Promise.race([ended.then(() => true), shortly().then(() => false)]);
    while (!isHeard()) if (await isOver()) return isHeard();
    return true;
  };

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
      const token = shortLived();
      const answers = await Promise.all(paths.map((path) => open(application, path, token)));
      for (const answer of answers)
        expect([answer.status, answer.headers.get('content-type')]).toEqual([
          200,
          'text/event-stream',
        ]);
      const heard = await Promise.all(answers.map(listen));
      clock.advance(LIFETIME_SECONDS);
      for (const { times, ended } of heard) {
        expect(await ended).toBe(true);
        expect(times.length).toBeGreaterThan(0);
        expect(Math.max(...times)).toBeLessThan(expiryMs(token));
      }
      for (const path of paths)
        expect(await application.get(`/${path}`, token)).toBeUnauthorized('token_expired');
      expect(released).toHaveLength(paths.length);
    },
  );

  it('of events is there until the last moment of its token', async () => {
    const application = await start();
    const token = shortLived();
    const heard = await listen(await open(application, 'guarded/plain', token));
    clock.advance(LIFETIME_SECONDS - 0.001);
    expect(await isHeardAfter(heard, expiryMs(token) - 2)).toBe(true);
    clock.advance(0.001);
    expect(await heard.ended).toBe(true);
  });

  it('of events ends though an interceptor of the application has events of its own', async () => {
    const application = await start();
    const token = shortLived();
    const { times, ended } = await listen(await open(application, 'beating/plain', token));
    clock.advance(LIFETIME_SECONDS);
    while (released.length === 0) await shortly();
    clock.advance(1);
    await ended;
    expect(Math.max(...times)).toBeLessThan(expiryMs(token));
    expect(released).toEqual(['plain']);
  });

  it('of events lasts as long as the clock tolerance of its issuer', async () => {
    const application = await start({
      issuers: [{ ...issuer.config(), clockToleranceSeconds: 1 }],
    });
    const token = shortLived();
    const heard = await listen(await open(application, 'guarded/plain', token));
    clock.advance(LIFETIME_SECONDS + 0.5);
    expect(await isHeardAfter(heard, expiryMs(token))).toBe(true);
    clock.advance(0.5);
    expect(await heard.ended).toBe(true);
    expect(Math.max(...heard.times)).toBeLessThan(expiryMs(token) + 1_000);
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
    const token = shortLived();
    const answers = await Promise.all(paths.map((path) => open(application, path, token)));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
    const heard = await Promise.all(answers.map(listen));
    clock.advance(LIFETIME_SECONDS + 10);
    expect(
      await Promise.all(heard.map((each) => isHeardAfter(each, expiryMs(token) + 9_000))),
    ).toEqual(paths.map(() => true));
  });

  it('of events goes on for a caller without a token, and for a token with time left', async () => {
    const application = await start();
    // Longer than any timer of Node can run.
    const long = issuer.token({ expiresInSeconds: 4_000_000 });
    const heard = await Promise.all([
      listen(await open(application, 'guarded/optional')),
      listen(await open(application, 'guarded/plain', long)),
    ]);
    clock.advance(3_000_000);
    const later = clock.now() - 1;
    expect(await Promise.all(heard.map((each) => isHeardAfter(each, later)))).toEqual([true, true]);
  });

  it('of events that its client leaves is unsubscribed at once', async () => {
    const application = await start();
    const leaving = new AbortController();
    const answer = await open(application, 'guarded/plain', issuer.token(), leaving.signal);
    await listen(answer);
    leaving.abort();
    while (released.length === 0) await shortly();
    expect(released).toEqual(['plain']);
  });
});
