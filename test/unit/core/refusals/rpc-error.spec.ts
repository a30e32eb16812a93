import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PRESENTATION,
  presentRefusal,
} from '../../../../src/core/refusals/refusal-presentation.js';
import type { RefusalCode } from '../../../../src/core/refusals/refusal-table.js';
import { rpcErrorOf } from '../../../../src/core/refusals/rpc-error.js';

const worded = (code: RefusalCode) => presentRefusal(code, { ...DEFAULT_PRESENTATION });
const trailersOf = (error: object): unknown => (error as { metadata: Metadata }).metadata.getMap();

describe('A refusal of a message', () => {
  it('is the documented body, also for a handler that is told nothing of the message', () => {
    const refusal = worded('auth_required');
    for (const args of [['payload'], ['payload', undefined], ['payload', {}]])
      expect(rpcErrorOf(refusal, args)).toEqual(refusal.body);
  });

  it.each<[RefusalCode, status: number]>([
    ['invalid_request', 3],
    ['token_expired', 16],
    ['insufficient_scope', 7],
    ['keys_unavailable', 14],
  ])('is over gRPC, for %s, the status %i', (code, status) => {
    const refusal = worded(code);
    const error = rpcErrorOf(refusal, [{}, new Metadata()]);
    expect(error).toMatchObject({ code: status, message: refusal.body.message });
    // A trailer that says nothing is not sent.
    expect(trailersOf(error)).toStrictEqual({
      refusal: JSON.stringify(refusal.body),
      ...(refusal.challenge !== undefined && { 'www-authenticate': refusal.challenge }),
    });
  });

  it('tells a client of gRPC how long to wait, and no more than it can read', () => {
    const waits = [3, 10 ** 9].map((retryAfterSeconds) =>
      trailersOf(
        rpcErrorOf({ ...worded('keys_unavailable'), retryAfterSeconds }, [{}, new Metadata()]),
      ),
    );
    expect(waits).toMatchObject([
      { 'grpc-retry-pushback-ms': '3000' },
      { 'grpc-retry-pushback-ms': '2147483647' },
    ]);
  });

  it('has trailers of ASCII, whatever the application says', () => {
    const { body, challenge } = worded('auth_required');
    const said = { ...body, message: 'gesperrt – für heute' };
    const { refusal } = trailersOf(rpcErrorOf({ body: said, challenge }, [{}, new Metadata()])) as {
      refusal: string;
    };
    expect(refusal).toMatch(/^[ -~]+$/);
    expect(JSON.parse(refusal)).toEqual(said);
  });

  it('is for a tool of MCP a JSON-RPC error that says the scopes in its text', () => {
    const context = { getRawRequest: () => undefined, getSession: () => undefined };
    const errorOf = (code: RefusalCode, scope?: string) =>
      rpcErrorOf({ ...worded(code), scope }, [{}, context]);
    expect(errorOf('keys_unavailable')).toEqual({
      code: -32_603,
      message: 'Token verification unavailable',
      data: worded('keys_unavailable').body,
    });
    expect(errorOf('insufficient_scope', 'notes:read')).toEqual({
      code: -32_600,
      message: 'Insufficient scope. Needed: notes:read',
      data: worded('insufficient_scope').body,
    });
  });
});
