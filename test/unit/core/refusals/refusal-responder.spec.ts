import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { TokenExpiredException } from 'nestjs-trusted-issuers';
import { AuthEvents } from '../../../../src/core/observability/auth-events.js';
import type { RefusedEvent } from '../../../../src/core/observability/auth-observer.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';
import { DEFAULT_PRESENTATION } from '../../../../src/core/refusals/refusal-presentation.js';
import { RefusalResponder } from '../../../../src/core/refusals/refusal-responder.js';
import { CapturedLog } from '../../../support/captured-log.js';

const EXPIRED = new Refusal('token_expired', 'exp', 'expired');
const CHALLENGE =
  'Bearer realm="api", error="invalid_token", error_description="Access token expired"';

function responderOf(
  observed: RefusedEvent[] = [],
  adapter = true,
  realm = 'api',
): RefusalResponder {
  const host = new HttpAdapterHost();
  if (adapter) host.httpAdapter = new ExpressAdapter();
  const events = new AuthEvents({ observers: [{ refused: (event) => void observed.push(event) }] });
  return new RefusalResponder({ ...DEFAULT_PRESENTATION, realm }, host, events);
}
/** As Express makes it of Node's. */
const response = (): ServerResponse =>
  Object.setPrototypeOf(
    new ServerResponse(new IncomingMessage(new Socket())),
    new ExpressAdapter().getInstance<{ response: object }>().response,
  ) as ServerResponse;

describe('A refusal that ends a call', () => {
  let log: CapturedLog;
  beforeEach(() => Logger.overrideLogger((log = new CapturedLog())));
  afterAll(() => Logger.overrideLogger(false));

  it.each<[what: string, refusal: Refusal, headers: object]>([
    ['a 401', EXPIRED, { 'www-authenticate': CHALLENGE }],
    [
      'a 503',
      new Refusal('keys_unavailable', 'key', 'no keys', { retryAfterSeconds: 7 }),
      { 'retry-after': '7' },
    ],
    [
      'a nonce',
      new Refusal('dpop_nonce_required', 'nonce', 'none', { details: { dpopNonce: 'abc' } }),
      {
        'www-authenticate':
          'Bearer realm="api", error="use_dpop_nonce", error_description="DPoP nonce required"',
        'dpop-nonce': 'abc',
      },
    ],
  ])('has these headers, and no others: %s', (_what, refusal, headers) => {
    const to = response();
    responderOf().refuse(refusal, to);
    expect({ ...to.getHeaders() }).toEqual({ ...headers, 'cache-control': 'no-store' });
  });

  it('replaces a challenge that is there, unless that is to be kept', () => {
    for (const [keeps, challenge] of [
      [undefined, 'ours'],
      [false, 'ours'],
      [true, 'Basic'],
    ] as const) {
      const to = response();
      to.setHeader('WWW-Authenticate', 'Basic');
      responderOf().setHeaders({ challenge: 'ours' }, to, keeps);
      expect(to.getHeader('WWW-Authenticate')).toBe(challenge);
      expect(to.getHeader('Cache-Control')).toBe('no-store');
    }
    const to = response();
    responderOf().setHeaders({ challenge: 'ours' }, to, true);
    expect(to.getHeader('WWW-Authenticate')).toBe('ours');
  });

  it('is thrown without headers where there is nothing to take them, or the answer is under way', () => {
    const underWay = response();
    underWay.flushHeaders();
    expect(responderOf().refuse(EXPIRED, underWay)).toBeInstanceOf(TokenExpiredException);
    for (const nothing of [undefined, null, {}, { headersSent: false }])
      expect(responderOf().refuse(EXPIRED, nothing)).toBeInstanceOf(TokenExpiredException);
    const to = response();
    expect(responderOf([], false).refuse(EXPIRED, to)).toBeInstanceOf(TokenExpiredException);
    expect({ ...to.getHeaders() }).toEqual({});
  });

  it('is told to observers, once', () => {
    const observed: RefusedEvent[] = [];
    const responder = responderOf(observed);
    responder.exceptionOf(EXPIRED.of({ issuer: 'https://a.example', durationMs: 2 }));
    responder.refuseStranger(response());
    expect(
      observed.map(({ code, check, issuer, durationMs }) => [code, check, issuer, durationMs]),
    ).toEqual([
      ['token_expired', 'exp', 'https://a.example', 2],
      ['auth_required', 'credentials', undefined, undefined],
    ]);
  });

  it('is a 401 with the challenge of the application for a caller for whom no guard looked', () => {
    const to = response();
    const exception = responderOf([], true, 'orders').refuseStranger(to);
    expect(exception.getStatus()).toBe(401);
    expect(to.getHeader('WWW-Authenticate')).toBe('Bearer realm="orders"');
  });

  it('is known as worded here, as no other application’s or one made by hand is', () => {
    const [one, other] = [responderOf(), responderOf()];
    const exception = one.exceptionOf(new Refusal('token_expired', 'exp', 'expired'));
    expect(one.isFormattedHere(exception)).toBe(true);
    expect(other.isFormattedHere(exception)).toBe(false);
    expect(one.isFormattedHere(new TokenExpiredException())).toBe(false);
    expect(one.isFormattedHere(new TokenExpiredException({ cause: EXPIRED }))).toBe(false);
  });

  it('has a line in the log: of an error where the token was not checked, with its stack', () => {
    const cause = new Error('down');
    responderOf().exceptionOf(EXPIRED.of({ issuer: 'https://a.example', durationMs: 2 }));
    responderOf().exceptionOf(new Refusal('keys_unavailable', 'key', 'no keys', { cause }));
    expect(log.text('debug')).toBe('token_expired: expired (https://a.example) TrustedIssuers');
    expect(log.text('error')).toBe(`keys_unavailable: no keys ${cause.stack} TrustedIssuers`);
  });
});
