import { ISSUER } from '../support/world.mjs';

const DAY_SECONDS = 86_400;

/**
 * Marks of every kind, as they come together in an application's life: mostly subjects and sessions. None is
 * about a token that is measured.
 *
 * @param {number} count
 */
export function* marksOf(count) {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const times = { issuedBeforeSeconds: nowSeconds, untilSeconds: nowSeconds + DAY_SECONDS };
  for (let index = 0; index < count; index++) {
    const name = `0b6f5ad1-6e0c-4f2b-9d3e-${String(index).padStart(12, '0')}`;
    if (index % 10 === 0) yield tokenMark(name, times);
    else if (index % 2 === 0) yield { kind: 'session', issuer: ISSUER, sessionId: name, ...times };
    else yield { kind: 'subject', issuer: ISSUER, subject: name, ...times };
  }
}

const tokenMark = (tokenId, { untilSeconds }) => ({
  ...{ kind: 'token', issuer: ISSUER, tokenId, untilSeconds },
});

/** A store that has so many marks in no time, so that what is measured is the process that takes them in. */
export class ReadyStore {
  /** @param {number} count */
  constructor(count) {
    this.count = count;
  }

  async put() {}

  async *load() {
    yield* marksOf(this.count);
  }

  async subscribe() {
    return async () => {};
  }

  knownAsOfSeconds() {
    return Date.now() / 1_000;
  }
}
