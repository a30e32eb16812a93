import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, UnauthorizedException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer, type Server } from 'node:http';
import {
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
  StepUpRequiredException,
  TokenExpiredException,
} from 'nestjs-trusted-issuers';
import { lastValueFrom, type Observable } from 'rxjs';
import { AuthEvents } from '../../../../src/core/observability/auth-events.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';
import { RefusalExceptionFilter } from '../../../../src/core/refusals/refusal.filter.js';
import {
  DEFAULT_PRESENTATION,
  type RefusalPresentation,
} from '../../../../src/core/refusals/refusal-presentation.js';
import { RefusalResponder } from '../../../../src/core/refusals/refusal-responder.js';
import type { HttpCall } from '../../../support/http.js';
import { type HttpAnswer, send } from '../../../support/http.js';
import { closeServer, listenOnLoopback } from '../../../support/loopback.js';

type Handler = (request: object, response: ExpressResponse) => void;
interface ExpressResponse {
  readonly writableEnded: boolean;
  destroy(): void;
  setHeader(name: string, value: string): void;
  write(text: string): void;
}

let server: Server;
let url: string;
let handler: Handler;
const adapter = new ExpressAdapter();

function partsOf(more: Partial<RefusalPresentation> = {}) {
  const host = new HttpAdapterHost();
  host.httpAdapter = adapter;
  const presentation = { ...DEFAULT_PRESENTATION, realm: 'orders', ...more };
  const responder = new RefusalResponder(presentation, host, new AuthEvents({ observers: [] }));
  return { responder, filter: new RefusalExceptionFilter(responder, host) };
}

/** What an HTTP client is told of an exception. */
async function answerTo(
  exception: object,
  {
    parts = partsOf(),
    before,
    ...call
  }: {
    readonly parts?: ReturnType<typeof partsOf>;
    readonly before?: (response: ExpressResponse) => void;
  } & HttpCall = {},
): Promise<HttpAnswer> {
  handler = (request, response) => {
    before?.(response);
    parts.filter.catch(exception as never, new ExecutionContextHost([request, response]));
    // It answers at once, or never.
    if (!response.writableEnded) response.destroy();
  };
  return send(url, call);
}

const hostOf = (type: string, ...args: unknown[]): ExecutionContextHost => {
  const host = new ExecutionContextHost(args);
  host.setType(type);
  return host;
};
const HINT = { authenticateHint: 'Bearer realm="orders"' };
const REQUIRED = {
  status: 401,
  error: 'Unauthorized',
  message: 'Authentication required',
  code: 'auth_required',
  ...HINT,
};
const EXPIRED = 'error="invalid_token", error_description="Access token expired"';
const basic = (response: ExpressResponse): void =>
  response.setHeader('WWW-Authenticate', 'Basic realm="admin"');

describe('The exception filter', () => {
  beforeAll(async () => {
    Logger.overrideLogger(false);
    adapter.use((request: object, response: ExpressResponse) => handler(request, response));
    server = createServer(adapter.getInstance());
    url = `http://127.0.0.1:${await listenOnLoopback(server)}/`;
  });
  afterAll(() => closeServer(server));

  describe('An exception of this module, made by the application', () => {
    it.each<[code: string, make: () => object, status: number, challenge: string | undefined]>([
      [
        'token_expired',
        () => new TokenExpiredException(),
        401,
        `Bearer realm="orders", ${EXPIRED}`,
      ],
      [
        'step_up_required',
        () => new StepUpRequiredException({ acrValues: 'phr' }),
        401,
        'Bearer realm="orders", error="insufficient_user_authentication", ' +
          'error_description="Stronger or more recent authentication required", acr_values="phr"',
      ],
      [
        'insufficient_scope',
        () => new InsufficientScopeException('a b'),
        403,
        'Bearer realm="orders", error="insufficient_scope", scope="a b", error_description="Insufficient scope"',
      ],
      [
        'invalid_request',
        () => new InvalidRequestException(),
        400,
        'Bearer realm="orders", error="invalid_request", error_description="More than one access token"',
      ],
      ['keys_unavailable', () => new KeysUnavailableException(), 503, undefined],
    ])('is worded for it: %s', async (code, make, status, challenge) => {
      const answer = await answerTo(make());
      expect(answer).toMatchObject({ status, challenge, json: { status, code } });
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined);
    });

    it('replaces the challenge that another guard has set', async () => {
      const { challenge } = await answerTo(new TokenExpiredException(), { before: basic });
      expect(challenge).toBe(`Bearer realm="orders", ${EXPIRED}`);
    });

    it('says how long to wait, where it was told', async () => {
      const { headers } = await answerTo(new KeysUnavailableException({ retryAfterSeconds: 9 }));
      expect(headers['retry-after']).toBe('9');
    });
  });

  describe('An exception that was made for a refusal', () => {
    it('is sent as it is, also where the application has changed its body', async () => {
      const parts = partsOf();
      const refusal = new Refusal('token_expired', 'exp', 'expired');
      const exception = parts.responder.exceptionOf(refusal);
      Object.assign(exception.getResponse(), { message: 'abgelaufen' });
      const { json, challenge } = await answerTo(exception, { parts });
      expect(json).toMatchObject({ message: 'abgelaufen' });
      expect(challenge).toBe(exception.challenge);
    });

    it('sends its nonce', async () => {
      const parts = partsOf();
      const details = { dpopNonce: 'abc' };
      const refusal = new Refusal('dpop_nonce_required', 'nonce', 'none', { details });
      const { headers } = await answerTo(parts.responder.exceptionOf(refusal), { parts });
      expect(headers['dpop-nonce']).toBe('abc');
    });
  });

  describe('A 401 of the application', () => {
    it('has its text in the documented body, with a challenge', async () => {
      const { status, json, challenge } = await answerTo(new UnauthorizedException('Locked'));
      expect([status, json, challenge]).toEqual([
        401,
        { ...REQUIRED, message: 'Locked' },
        'Bearer realm="orders"',
      ]);
    });

    it('keeps the challenge that another guard has set', async () => {
      const { json, challenge } = await answerTo(new UnauthorizedException(), { before: basic });
      expect([json, challenge]).toEqual([REQUIRED, 'Basic realm="admin"']);
    });

    it('keeps its own body', async () => {
      const { status, json, challenge } = await answerTo(
        new UnauthorizedException({ why: 'locked' }),
      );
      expect([status, json, challenge]).toEqual([401, { why: 'locked' }, 'Bearer realm="orders"']);
    });
  });

  describe('Problem details', () => {
    const accepting = (type: string): HttpCall => ({ headers: [['Accept', type]] });
    const problem = {
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'token_expired',
    };

    it('are for clients that ask for them, and for no others', async () => {
      const parts = partsOf({ problemDetails: true });
      const asked = await answerTo(new TokenExpiredException(), {
        parts,
        ...accepting('application/problem+json'),
      });
      expect(asked.json).toEqual({ ...problem, detail: 'Access token expired', ...HINT });
      expect(asked.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      for (const type of ['*/*', 'application/json', 'text/html']) {
        const answer = await answerTo(new TokenExpiredException(), { parts, ...accepting(type) });
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
        expect(answer.headers['vary']).toBe('Accept');
      }
    });

    it('name the page of the error reference', async () => {
      const parts = partsOf({ problemDetails: true, errorUri: 'https://a.example/errors' });
      const { json } = await answerTo(new TokenExpiredException(), {
        parts,
        ...accepting('application/problem+json'),
      });
      expect(json).toMatchObject({ type: 'https://a.example/errors/UNAUTHORIZED' });
    });

    it('are not there where the application does not offer them', async () => {
      const { headers } = await answerTo(
        new TokenExpiredException(),
        accepting('application/problem+json'),
      );
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['vary']).toBeUndefined();
    });
  });

  describe('Where there is no answer to give', () => {
    it('one that is under way is ended as it is', async () => {
      const { status, text, challenge } = await answerTo(new TokenExpiredException(), {
        before: (response) => response.write('half'),
      });
      expect([status, text, challenge]).toEqual([200, 'half', undefined]);
    });

    it('the exception goes on: without HTTP, and for a payload', () => {
      const { filter, responder } = partsOf();
      const exception = new TokenExpiredException();
      const bare = new RefusalExceptionFilter(responder, new HttpAdapterHost());
      const respond = { setHeader: () => {} };
      expect(() => bare.catch(exception, hostOf('http', {}, respond))).toThrow(exception);
      expect(() => filter.catch(exception, hostOf('http', {}, { text: 'payload' }))).toThrow(
        exception,
      );
    });

    it('a call of another kind gets the exception itself', () => {
      const exception = new TokenExpiredException();
      expect(partsOf().filter.catch(exception, hostOf('ws', {}))).toBe(exception);
    });
  });

  describe('A refused message', () => {
    const sent = (exception: UnauthorizedException, ...args: unknown[]): Promise<unknown> =>
      lastValueFrom(
        partsOf().filter.catch(exception, hostOf('rpc', ...args)) as Observable<unknown>,
      ).catch((error: unknown) => error);

    it('is an error with the documented body, or that of the application', async () => {
      expect(await sent(new TokenExpiredException(), {}, {})).toMatchObject({
        ...{ code: 'token_expired', ...HINT },
      });
      expect(await sent(new UnauthorizedException({ why: 'locked' }), {}, {})).toEqual({
        why: 'locked',
      });
    });

    it('says to a tool of MCP which scopes are needed', async () => {
      const context = { getRawRequest: () => undefined, getSession: () => undefined };
      expect(await sent(new InsufficientScopeException('a b') as never, {}, context)).toMatchObject(
        {
          message: 'Insufficient scope. Needed: a b',
        },
      );
      // What the application's own exception has under a name of ours is not ours to read.
      const own = Object.assign(new UnauthorizedException('Locked'), { details: { scope: 'a b' } });
      expect(await sent(own, {}, context)).toMatchObject({ message: 'Locked' });
    });
  });

  describe('A refused GraphQL operation', () => {
    const thrownBy = (parts: ReturnType<typeof partsOf>, exception: object): unknown => {
      try {
        return parts.filter.catch(exception as never, hostOf('graphql', {}, {}, {}, {}));
      } catch (error) {
        return error;
      }
    };

    it('ends with the exception that was made for it', () => {
      const parts = partsOf();
      const exception = parts.responder.exceptionOf(new Refusal('token_expired', 'exp', 'expired'));
      expect(thrownBy(parts, exception)).toBe(exception);
    });

    it('ends, for any other, with an error that is worded for the application', () => {
      for (const [exception, code] of [
        [new TokenExpiredException(), 'token_expired'],
        [new UnauthorizedException('Locked'), 'auth_required'],
      ] as const) {
        const error = thrownBy(partsOf(), exception);
        expect(error).not.toBe(exception);
        expect(error).toMatchObject({ cause: exception, extensions: { code, ...HINT } });
      }
      expect(thrownBy(partsOf(), new UnauthorizedException({ why: 'locked' }))).toMatchObject({
        extensions: { originalError: { why: 'locked' } },
      });
    });
  });
});
