import { describe, expect, it } from '@jest/globals';
import { nextStep, Refusal, refusalOfError } from '../../../../src/core/refusals/refusal.js';
import { UNREADABLE } from '../../../support/unreadable.js';

const refusal = (): Refusal => new Refusal('token_expired', 'exp', 'expired');

describe('A refusal', () => {
  it('is known as one, also where another copy of this package made it', () => {
    const foreign = { [Symbol.for('nestjs-trusted-issuers:refusal')]: true };
    for (const value of [refusal(), foreign]) expect(value instanceof Refusal).toBe(true);
  });

  it.each<[what: string, make: () => unknown]>([
    ['null', () => null],
    ['a text', () => 'token_expired'],
    ['a function', () => Refusal],
    ['an object of the same shape', () => ({ code: 'token_expired', check: 'exp', reason: '' })],
    ['an error', () => new Error('token_expired')],
    ...UNREADABLE,
  ])('is nothing else: %s', (_what, make) => {
    const value = make() as object;
    expect(value instanceof Refusal).toBe(false);
  });

  it('stays the same under a scheme, and with what observers are told', () => {
    const cause = new Error('down');
    const details = { scope: 'a', acrValues: 'phr' };
    const judged = { issuer: 'https://a.example', durationMs: 2 };
    const extras = { claim: 'tier', cause, retryAfterSeconds: 7, details };
    const all = { code: 'keys_unavailable', check: 'key', reason: 'no keys', ...extras };
    const plain = new Refusal('keys_unavailable', 'key', 'no keys', extras);
    expect(plain).toMatchObject({ ...all, judged: undefined });
    expect(plain.under('DPoP')).toMatchObject({ ...all, details: { ...details, scheme: 'DPoP' } });
    expect(plain.of(judged)).toMatchObject({ ...all, judged });
    expect(plain.of(judged).under('DPoP')).toMatchObject({ judged });
    expect(refusal()).toMatchObject({ details: {}, claim: undefined, judged: undefined });
  });
});

describe('What a step has thrown', () => {
  it('is the refusal that it is', () => {
    const thrown = refusal();
    expect(refusalOfError(thrown)).toBe(thrown);
  });

  it.each<[what: string, make: () => unknown]>([
    ['an error', () => new Error('down')],
    ['a text', () => 'down'],
    ...UNREADABLE,
  ])('says else nothing of the token, which was not checked: %s', (_what, make) => {
    const thrown = make();
    const { code, check, reason, cause } = refusalOfError(thrown);
    expect([code, check, reason]).toEqual([
      'keys_unavailable',
      'internal',
      'verification failed unexpectedly',
    ]);
    expect(cause === thrown).toBe(true);
  });
});

describe('The next step', () => {
  it('takes what was found, at once or later', async () => {
    const double = (found: number): number => found * 2;
    expect(nextStep(4, double)).toBe(8);
    expect(nextStep<undefined, string>(undefined, () => 'next')).toBe('next');
    expect(await nextStep(Promise.resolve(4), double)).toBe(8);
  });

  it('is not taken after a refusal', async () => {
    const refused = refusal();
    const never = (): never => {
      throw new Error('taken');
    };
    expect(nextStep<unknown, never>(refused, never)).toBe(refused);
    expect(await nextStep<unknown, never>(Promise.resolve(refused), never)).toBe(refused);
  });
});
