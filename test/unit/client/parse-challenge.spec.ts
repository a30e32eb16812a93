import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { type Challenge, parseChallenge } from 'nestjs-trusted-issuers/client';
import { exceptionOf } from '../../../src/core/refusals/exception-of.js';
import { Refusal } from '../../../src/core/refusals/refusal.js';
import { refusalRow } from '../../../src/core/refusals/refusal-table.js';
import { CAUSES, PRESENTATIONS } from '../../support/refusal-bodies.js';

const seen = (header: string): unknown[] =>
  parseChallenge(header).map(({ scheme, token68, parameters }) => [
    scheme,
    token68 ?? { ...parameters },
  ]);

describe('parseChallenge', () => {
  it.each<readonly [header: string, expected: unknown[]]>([
    ['Bearer', [['Bearer', {}]]],
    ['Bearer realm="api"', [['Bearer', { realm: 'api' }]]],
    ['bearer REALM=api', [['bearer', { realm: 'api' }]]],
    [
      String.raw`Bearer realm="a \"b\" \\ c", error="invalid_token"`,
      [['Bearer', { realm: String.raw`a "b" \ c`, error: 'invalid_token' }]],
    ],
    ['Bearer realm="a, Basic realm=b"', [['Bearer', { realm: 'a, Basic realm=b' }]]],
    [
      'Bearer realm="", error = "x" , scope\t=\ty',
      [['Bearer', { realm: '', error: 'x', scope: 'y' }]],
    ],
    [
      'Basic realm="a", Bearer realm="b", error="c", Negotiate',
      [
        ['Basic', { realm: 'a' }],
        ['Bearer', { realm: 'b', error: 'c' }],
        ['Negotiate', {}],
      ],
    ],
    [
      'Negotiate YIIB/+-._~==, Bearer realm="b"',
      [
        ['Negotiate', 'YIIB/+-._~=='],
        ['Bearer', { realm: 'b' }],
      ],
    ],
    ['Custom abc', [['Custom', 'abc']]],
    [', ,Bearer , realm="a",, error="b", ,', [['Bearer', { realm: 'a', error: 'b' }]]],
    ['Bearer __proto__="a", constructor=b', [['Bearer', { ['__proto__']: 'a', constructor: 'b' }]]],
  ])('reads %s', (header, expected) => {
    expect(seen(header)).toEqual(expected);
  });

  it.each<readonly [header: string | null | undefined]>([
    ['Bearer realm="a'],
    ['Bearer realm="a\\'],
    ['Bearer realm=a b'],
    ['Bearer realm="a" error="b"'],
    ['Bearer realm="a", realm="b"'],
    ['Bearer a=b=c'],
    ['Bearer="a"'],
    ['"Bearer"'],
    ['Bearer ä="a"'],
    [' , '],
    [''],
    [null],
    [undefined],
  ])('has nothing whole in %j', (header) => {
    expect(parseChallenge(header)).toEqual([]);
  });

  it('keeps what was whole before the fault', () => {
    expect(seen('Basic realm="a", Bearer realm="b')).toEqual([['Basic', { realm: 'a' }]]);
  });

  it('parameters are looked up in the header alone', () => {
    const [challenge] = parseChallenge('Bearer realm="a"') as [Challenge];
    expect(challenge.parameters['constructor']).toBeUndefined();
  });

  it('reads back every challenge of this module, realms that need escapes included', () => {
    for (const presentation of PRESENTATIONS)
      for (const code of CAUSES.filter((cause) => refusalRow(cause).challenges)) {
        const { challenge } = exceptionOf(new Refusal(code, 'form', ''), presentation);
        const [parsed, ...others] = parseChallenge(challenge);
        expect([parsed?.scheme, others]).toEqual(['Bearer', []]);
        expect(parsed?.parameters['realm']).toBe(presentation.realm);
        expect(parsed?.parameters['error']).toBe(refusalRow(code).challengeError);
      }
  });

  it('never throws, and gives names in lower case', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aB ,="\\\t/~ä') }), (header) => {
        for (const { parameters } of parseChallenge(header))
          for (const name of Object.keys(parameters)) expect(name).toBe(name.toLowerCase());
      }),
    );
  });

  it.each([
    ['commas', ','],
    ['spaces', 'Bearer ', ' '],
    ['schemes', 'a,'],
    ['tokens', 'a'],
    ['padding', 'Bearer a', '='],
    ['parameters', 'Bearer a=b', ',a=b'],
    ['different parameters', 'Bearer ', 'x=y, '],
    ['an open quote', 'Bearer a="', 'b'],
    ['escapes', 'Bearer a="', '\\"'],
    ['challenges', 'A b=c, '],
  ])('takes time in proportion to the length: %s', (_name, start, repeated = start) => {
    const reads = (length: number): number => {
      const exec = jest.spyOn(RegExp.prototype, 'exec');
      parseChallenge(start + repeated.repeat(length));
      // What a sticky pattern took, plus one for the character that stopped it.
      const taken = exec.mock.results.map(
        ({ value }) => ((value as RegExpExecArray | null)?.[0].length ?? 0) + 1,
      );
      exec.mockRestore();
      return taken.reduce((sum, each) => sum + each, 0);
    };
    const [short, long] = [reads(500), reads(5_000)];
    expect(long).toBeLessThanOrEqual(10 * short + 100);
    expect(long).toBeLessThanOrEqual(5_000 * repeated.length * 8);
  });
});
