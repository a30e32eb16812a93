import {
  Controller,
  Get,
  Header,
  type INestApplication,
  type MessageEvent,
  Options,
  Sse,
  StreamableFile,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  TokenExpiredException,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import { Readable } from 'node:stream';
import { concat, from, type Observable, of, throwError } from 'rxjs';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';

const ORIGIN = ['Origin', 'https://app.example'] as const;
/** Which of the handlers below have run. */
const ran: string[] = [];

@UseGuards(JwtAuthGuard)
@Controller('guarded')
class GuardedController {
  @Sse('events')
  events(@CurrentIdentity() identity: Identity): Observable<MessageEvent> {
    ran.push('events');
    return from([{ data: { for: identity.subject } }, { data: { last: true }, type: 'end' }]);
  }

  @Sse('breaking')
  breaking(): Observable<MessageEvent> {
    return concat(
      of({ data: 'first' }),
      throwError(() => new TokenExpiredException()),
    );
  }

  @Sse('refusing')
  refusing(): Promise<Observable<MessageEvent>> {
    return Promise.reject(new UnauthorizedException('No stream for you'));
  }

  @Get('file')
  file(): StreamableFile {
    ran.push('file');
    const stream = Readable.from([Buffer.from('first,'), Buffer.from('second')]);
    return new StreamableFile(stream, { type: 'text/csv', disposition: 'attachment' });
  }

  @Header('Cache-Control', 'public, max-age=3600')
  @Get('cacheable')
  cacheable(): object {
    return { same: 'for all' };
  }

  @Header('Cache-Control', 'public, max-age=3600')
  @Get('cacheable/refused')
  refused(): never {
    throw new UnauthorizedException();
  }

  @Options('asked')
  asked(): object {
    ran.push('asked');
    return { allow: 'GET' };
  }
}

/** What middleware for the whole application, or a proxy in front of it, does to every response. */
function cacheEverything(app: INestApplication): void {
  app.use((_request: unknown, response: HeaderSetter, next: () => void) => {
    response.setHeader('Cache-Control', 'public, max-age=60');
    next();
  });
}
interface HeaderSetter {
  setHeader(name: string, value: string): void;
}

describe.each(ADAPTERS)('Streams, methods and caches on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  const controllers = [GuardedController];

  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication({ issuers: [issuer.config()] }, { adapter, controllers });
  });

  beforeEach(() => void ran.splice(0));

  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  const get = (path: string, token?: string): Promise<HttpAnswer> =>
    application.get(`/guarded/${path}`, token);
  const call = (
    method: string,
    path: string,
    token?: string,
    ...headers: (readonly [string, string])[]
  ): Promise<HttpAnswer> =>
    application.call(`/guarded/${path}`, {
      method,
      headers: [
        ...headers,
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
      ],
    });

  describe('server-sent events', () => {
    it('401 before the stream opens, with the documented body and challenge', async () => {
      for (const [token, code] of [
        [undefined, 'auth_required'],
        [issuer.expiredToken(), 'token_expired'],
        ['junk', 'token_malformed'],
      ] as const) {
        const answer = await get('events', token);
        expect(answer).toBeUnauthorized(code);
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      }
      expect(ran).not.toContain('events');
    });

    it('a good token streams', async () => {
      const answer = await get('events', issuer.token({ subject: 'bob' }));
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/event-stream');
      expect(answer.challenge).toBeUndefined();
      expect(answer.text).toContain('data: {"for":"bob"}\n\n');
      expect(answer.text).toContain('event: end\n');
    });

    it('a refusal before the first event is still a 401', async () => {
      const answer = await get('refusing', issuer.token());
      expect(answer).toBeUnauthorized('auth_required');
      expect(answer.json).toMatchObject({ message: 'No stream for you' });
    });

    it('a refusal after the first event is an error event: the status was sent', async () => {
      const answer = await get('breaking', issuer.token());
      expect(answer.status).toBe(200);
      expect(answer.challenge).toBeUndefined();
      expect(answer.text).toMatch(
        /data: first\n\n[^]*event: error\n[^]*data: Access token expired\n\n$/,
      );
    });
  });

  describe('files', () => {
    it('401 without a token, and nothing of the file', async () => {
      const answer = await get('file');
      expect(answer).toBeUnauthorized('auth_required');
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.headers['content-disposition']).toBeUndefined();
      expect(ran).not.toContain('file');
    });

    it('a good token streams it', async () => {
      const answer = await get('file', issuer.token());
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^text\/csv/);
      expect(answer.text).toBe('first,second');
    });
  });

  describe('HEAD', () => {
    it.each(['file', 'cacheable', 'events'])(
      'of %s: what GET says of a missing token, without a body',
      async (path) => {
        const [head, whole] = [await call('HEAD', path), await get(path)];
        expect(head.status).toBe(401);
        expect(head.text).toBe('');
        expect(head.challenge).toBe('Bearer realm="api"');
        expect(head.headers['content-length']).toBe(whole.headers['content-length']);
        expect(head.headers['content-type']).toBe(whole.headers['content-type']);
      },
    );

    it('200 with a good token, without a body', async () => {
      const head = await call('HEAD', 'cacheable', issuer.token());
      expect(head.status).toBe(200);
      expect(head.text).toBe('');
      expect(head.challenge).toBeUndefined();
    });
  });

  describe('OPTIONS', () => {
    const preflight = [ORIGIN, ['Access-Control-Request-Method', 'GET']] as const;

    it('a route for it is guarded like every other', async () => {
      expect(await call('OPTIONS', 'asked')).toBeUnauthorized('auth_required');
      expect(ran).not.toContain('asked');
      expect((await call('OPTIONS', 'asked', issuer.token())).json).toEqual({ allow: 'GET' });
    });

    it('without CORS and without a route: the guard is not asked, and nothing is given', async () => {
      const answer = await call('OPTIONS', 'file');
      expect(answer.status).toBe(404);
      expect(answer.json).toMatchObject({ message: 'Cannot OPTIONS /guarded/file' });
      expect(ran).toEqual([]);
    });

    it('a preflight is answered without a token; the call that follows is not', async () => {
      const shared = await startApplication(
        { issuers: [issuer.config()] },
        { adapter, controllers, configure: (app) => app.enableCors({ origin: ORIGIN[1] }) },
      );
      const asked = await shared.call('/guarded/file', { method: 'OPTIONS', headers: preflight });
      expect(asked.status).toBe(204);
      expect(asked.headers['access-control-allow-origin']).toBe(ORIGIN[1]);
      expect(asked.challenge).toBeUndefined();
      const called = await shared.call('/guarded/file', { headers: [ORIGIN] });
      expect(called).toBeUnauthorized('auth_required');
      expect(called.headers['access-control-allow-origin']).toBe(ORIGIN[1]);

      // One that is no preflight: CORS answers it on Express and finds it wrong on Fastify.
      const plain = await shared.call('/guarded/file', { method: 'OPTIONS' });
      expect(plain.status).toBe(adapter === 'Express' ? 204 : 400);
      expect(ran).toEqual([]);
      await shared.close();
    });
  });

  describe('caches', () => {
    it('no refusal becomes a 304, whatever the client holds', async () => {
      const answers = [await get('cacheable'), await get('cacheable', issuer.token())];
      const tags = answers.map(({ headers }) => (headers['etag'] as string | undefined) ?? '"tag"');
      for (const held of ['*', ...tags])
        for (const path of ['cacheable', 'file'])
          expect(await call('GET', path, undefined, ['If-None-Match', held])).toBeUnauthorized(
            'auth_required',
          );
    });

    it('a refusal has its length and no tag by which to ask for it again', async () => {
      const refused = await get('cacheable');
      expect(refused).toBeUnauthorized('auth_required');
      expect(refused.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(refused.headers['content-length']).toBe(String(Buffer.byteLength(refused.text)));
      expect(refused.headers['etag']).toBeUndefined();
      const toHead = await call('HEAD', 'cacheable');
      expect(toHead.text).toBe('');
      expect({ ...toHead.headers, date: '' }).toEqual({ ...refused.headers, date: '' });
    });

    it('a refusal by the guard carries no permission to store it', async () => {
      const refused = await get('cacheable', issuer.expiredToken());
      expect(refused).toBeUnauthorized('token_expired');
      expect(refused.headers['cache-control']).toBe('no-store');
      const good = await get('cacheable', issuer.token());
      expect(good.headers['cache-control']).toBe('public, max-age=3600');
    });

    it('a permission that was there before is withdrawn', async () => {
      const answer = await get('cacheable/refused', issuer.token());
      expect(answer).toBeUnauthorized('auth_required');
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it('also one that middleware gives every response', async () => {
      const caching = await startApplication(
        { issuers: [issuer.config()] },
        { adapter, controllers, configure: cacheEverything },
      );
      const refused = await caching.get('/guarded/file');
      expect(refused).toBeUnauthorized('auth_required');
      expect(refused.headers['cache-control']).toBe('no-store');
      const good = await caching.get('/guarded/file', issuer.token());
      expect(good.headers['cache-control']).toBe('public, max-age=60');
      await caching.close();
    });
  });
});
