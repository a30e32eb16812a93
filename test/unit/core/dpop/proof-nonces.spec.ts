import { describe, expect, it } from '@jest/globals';
import { ProofNonces } from '../../../../src/core/dpop/proof-nonces.js';
import { MovableClock } from '../../../support/movable-clock.js';

const SECRET = 'a secret of the API that is at least as long as this';

// RFC 9449 section 8.1.
describe('ProofNonces', () => {
  const START = 1_800_000_000;

  it('are made of characters that are allowed in a nonce, and differ by secret and time', () => {
    const clock = new MovableClock(START * 1_000);
    const nonces = new ProofNonces(SECRET, 60, clock);
    const seen = new Set([nonces.current(), new ProofNonces(`${SECRET}!`, 60, clock).current()]);
    for (let step = 0; step < 100; step++) {
      clock.advance(60);
      seen.add(nonces.current());
    }
    expect(seen.size).toBe(102);
    for (const nonce of seen) expect(nonce).toMatch(/^[\w-]{22}$/);
  });

  it('are accepted in their step and in the next, by every process that shares the secret', () => {
    const clock = new MovableClock(START * 1_000);
    const nonce = new ProofNonces(SECRET, 60, clock).current();
    const other = new ProofNonces(Buffer.from(SECRET), 60, clock);
    expect(other.find(nonce)).toEqual({ untilSeconds: START + 120, isLate: false });
    clock.advance(119);
    expect(other.find(nonce)).toEqual({ untilSeconds: START + 120, isLate: true });
    clock.advance(1);
    expect(other.find(nonce)).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a word', 'nonce'],
    ['one of the same length', 'A'.repeat(22)],
    ['a long one', 'A'.repeat(8_000)],
  ])('%s is none', (_what, text) => {
    expect(new ProofNonces(SECRET, 60, new MovableClock()).find(text)).toBeUndefined();
  });

  it('none of the next step counts before its time', () => {
    const clock = new MovableClock(START * 1_000);
    const ahead = new MovableClock((START + 60) * 1_000);
    const early = new ProofNonces(SECRET, 60, ahead).current();
    expect(new ProofNonces(SECRET, 60, clock).find(early)).toBeUndefined();
  });
});
