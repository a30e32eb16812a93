import { describe, expect, it } from '@jest/globals';
import type { CredentialsRequest } from '../../../../src/core/calls/exchange.js';
import { isRepeated, valuesOf } from '../../../../src/core/calls/header-lines.js';

const EXPRESS = (rawHeaders: readonly string[]): CredentialsRequest => ({
  headers: {},
  rawHeaders,
});
const FASTIFY = (rawHeaders: readonly string[]): CredentialsRequest => ({
  headers: {},
  raw: { rawHeaders },
});

describe.each([
  ['Express', EXPRESS],
  ['Fastify', FASTIFY],
])('Header lines as they came, on %s', (_where, requestWith) => {
  it.each<readonly [name: string, lines: readonly string[], values: readonly string[]]>([
    ['dpop', [], []],
    ['dpop', ['Host', 'dpop', 'DPoPs', 'no', 'XDPoP', 'no'], []],
    ['dpop', ['DPoP', 'one', 'dpop', 'two', 'DPOP', 'three'], ['one', 'two', 'three']],
    ['x_token', ['X_Token', 'one', 'X-Token', 'no', 'x_tOKEN', 'two'], ['one', 'two']],
    ['x~', ['X^', 'no', 'x~', 'one'], ['one']],
    ['x^', ['X^', 'one', 'x~', 'no'], ['one']],
  ])('of %s in %j', (name, lines, values) => {
    const request = requestWith(lines);
    expect(valuesOf(request, name)).toEqual(values);
    expect(isRepeated(request, name)).toBe(values.length > 1);
  });
});

it('A message has no header lines', () => {
  expect(valuesOf({ headers: { dpop: 'proof' } }, 'dpop')).toEqual([]);
  expect(isRepeated({ headers: { authorization: 'Bearer a' } }, 'authorization')).toBe(false);
});
