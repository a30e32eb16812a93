import { describe, expect, it } from '@jest/globals';
import {
  isUnauthorizedBody,
  type RefusedResponse,
  shouldRefresh,
} from 'nestjs-trusted-issuers/client';
import { exceptionOf } from '../../../src/core/refusals/exception-of.js';
import { Refusal } from '../../../src/core/refusals/refusal.js';
import { refusalRow } from '../../../src/core/refusals/refusal-table.js';
import { CAUSES, PRESENTATIONS } from '../../support/refusal-bodies.js';

const EXPIRED =
  'Bearer realm="api", error="invalid_token", error_description="Access token expired"';

const CHALLENGE = { 'www-authenticate': EXPIRED };
const INACTIVE_CHALLENGE = {
  'www-authenticate': EXPIRED.replace('Access token expired', 'Access token inactive'),
};
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const BODY = { status: 401, error: 'Unauthorized', message: 'whatever', code: 'token_expired' };
const TEXT = JSON.stringify(BODY);

/** An object with members of any kind and a getter, which gives `undefined` where there is none. */
function axiosHeaders(headers: Readonly<Record<string, string>>): object {
  return { ...headers, flag: true, get: (name: string) => headers[name.toLowerCase()] };
}

interface Answered {
  readonly name: string;
  readonly response: RefusedResponse;
  /** The code in the body: with little disclosure not that of the cause. */
  readonly sent: unknown;
}

function responsesTo(code: (typeof CAUSES)[number]): Answered[] {
  return PRESENTATIONS.flatMap((presentation) => {
    const exception = exceptionOf(new Refusal(code, 'form', ''), presentation);
    const status = exception.getStatus();
    const body = JSON.stringify(exception.getResponse());
    const challenge: Record<string, string> =
      exception.challenge === undefined ? {} : { 'WWW-Authenticate': exception.challenge };
    const plain = { 'Content-Type': 'application/json; charset=utf-8' };
    const problem = { 'Content-Type': 'application/problem+json' };
    return [
      {
        name: 'both',
        response: new Response(body, { status, headers: { ...plain, ...challenge } }),
      },
      { name: 'body', response: new Response(body, { status, headers: plain }) },
      { name: 'problem', response: new Response(body, { status, headers: problem }) },
      { name: 'challenge', response: new Response('', { status, headers: challenge }) },
      { name: 'plain', response: { status, headers: challenge } },
      {
        name: 'list',
        response: { status, headers: { 'www-authenticate': Object.values(challenge) } },
      },
    ]
      .filter(({ name }) => exception.challenge !== undefined || name === 'both')
      .map((answered) => ({ ...answered, sent: (JSON.parse(body) as { code: unknown }).code }));
  });
}

describe('shouldRefresh', () => {
  it.each(CAUSES)('asks for a new token after %s only where that helps', async (code) => {
    for (const { name, response, sent } of responsesTo(code))
      expect([name, await shouldRefresh(response)]).toEqual([
        name,
        sent === 'token_expired' || sent === 'token_inactive',
      ]);
    expect(refusalRow(code).status).toBeGreaterThanOrEqual(400);
  });

  it('leaves the body to its caller', async () => {
    const [exception] = CAUSES.filter((code) => code === 'token_expired').map((code) =>
      exceptionOf(new Refusal(code, 'form', ''), { ...PRESENTATIONS[0]! }),
    );
    const response = new Response(JSON.stringify(exception?.getResponse()), {
      status: 401,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(await shouldRefresh(response)).toBe(true);
    expect(response.bodyUsed).toBe(false);
    expect(isUnauthorizedBody(await response.json())).toBe(true);
  });

  it.each<readonly [what: string, response: RefusedResponse, expected: boolean]>([
    ['a body read before, no challenge', usedUp({}), false],
    ['a body read before, a challenge', usedUp({ 'WWW-Authenticate': EXPIRED }), true],
    ['no JSON', new Response('token_expired', { status: 401 }), false],
    ['broken JSON', json(401, '{"code":'), false],
    ['null', json(401, 'null'), false],
    ['200', json(200, '{"code":"token_expired"}'), false],
    ['403', { status: 403, headers: { 'www-authenticate': EXPIRED } }, false],
    ['another scheme', { status: 401, headers: { 'www-authenticate': `X${EXPIRED}` } }, false],
    [
      'among others',
      { status: 401, headers: { 'WWW-AUTHENTICATE': `Basic realm="x", ${EXPIRED}` } },
      true,
    ],
    [
      'the words alone',
      { status: 401, headers: { 'www-authenticate': 'Bearer realm="Access token expired"' } },
      false,
    ],
    ['no header', { status: 401, headers: {} }, false],
    ['statusCode and a challenge', { statusCode: 401, headers: CHALLENGE }, true],
    ['another statusCode', { statusCode: 403, headers: CHALLENGE }, false],
    ['status before statusCode', { status: 503, statusCode: 401, headers: CHALLENGE }, false],
    [
      'a challenge in a list',
      { statusCode: 401, headers: { 'www-authenticate': [EXPIRED] } },
      true,
    ],
    ['axios, parsed', { status: 401, headers: axiosHeaders({}), data: BODY }, true],
    ['axios, challenge', { status: 401, headers: axiosHeaders(CHALLENGE), data: '' }, true],
    ['axios, text', { status: 401, headers: JSON_TYPE, data: TEXT }, true],
    ['got, parsed', { statusCode: 401, headers: {}, body: BODY }, true],
    ['got, text', { statusCode: 401, headers: JSON_TYPE, body: TEXT }, true],
    ['ofetch', Object.assign(usedUp({}), { _data: BODY }), true],
    ['Angular', { status: 401, headers: new Headers(), error: BODY }, true],
    ['text that is no JSON', { statusCode: 401, headers: {}, body: TEXT }, false],
    ['broken text', { status: 401, headers: JSON_TYPE, data: '{"code":' }, false],
    ['broken text, a good copy', Object.assign(json(401, TEXT), { data: '{' }), true],
    ['another code', { status: 401, headers: {}, data: { ...BODY, code: 'token_revoked' } }, false],
    ['inactive', { status: 401, headers: {}, data: { ...BODY, code: 'token_inactive' } }, true],
    ['inactive, by its challenge', { status: 401, headers: INACTIVE_CHALLENGE }, true],
    ['a list', { status: 401, headers: {}, data: [BODY] }, false],
    ['nothing parsed', { status: 401, headers: {}, data: null, body: undefined }, false],
    ['parsed, 403', { status: 403, headers: {}, data: BODY }, false],
    // What JavaScript hands over: axios has no response when the network failed.
    ...[undefined, null, 'text', {}, { status: 401 }, { status: 401, headers: null }].map(
      (value) => [`${JSON.stringify(value)}`, value as unknown as RefusedResponse, false] as const,
    ),
  ])('%s', async (_what, response, expected) => {
    expect(await shouldRefresh(response)).toBe(expected);
  });
});

function json(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'Content-Type': 'application/json' } });
}

function usedUp(headers: Record<string, string>): Response {
  const response = new Response('{"code":"token_expired"}', {
    status: 401,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
  void response.text();
  return response;
}
