import { setImmediate as turn } from 'node:timers/promises';
import { figureOf, ratioOf, shuffle } from './support/statistics.mjs';

/**
 * Something whose speed is measured.
 *
 * @typedef {object} Contestant
 * @property {string} id
 * @property {string} label
 * @property {() => true | Promise<unknown>} operate does it once; answers `true` when it is done
 * @property {number} [weight] how many operations that was; default 1
 */

/** What finding out the time may add to an operation, at most. */
const NANOSECONDS_BETWEEN_LOOKS = 300_000;

/**
 * Lets contestants run in turns of a few milliseconds, in another order every round, so that whatever
 * else the machine does falls on all of them.
 */
export class Race {
  /** Nanoseconds per operation, by contestant, one figure a round. @type {Map<string, number[]>} */
  #rounds = new Map();

  /**
   * @param {readonly Contestant[]} contestants
   * @param {{ sliceMs: number, maxMs: number, maxRounds: number }} limits
   */
  static async run(contestants, { sliceMs, maxMs, maxRounds }) {
    const race = new Race();
    const lanes = contestants.map((contestant) => ({ contestant, batch: 1 }));
    for (const lane of lanes) race.#rounds.set(lane.contestant.id, []);
    // Two rounds warm the compiler up and are forgotten.
    for (let round = 0; round < 2; round++)
      for (const lane of shuffle(lanes)) await runSlice(lane, sliceMs * 2);
    const end = performance.now() + maxMs;
    for (let round = 0; round < maxRounds && (round < 2 || performance.now() < end); round++)
      for (const lane of shuffle(lanes))
        race.#rounds.get(lane.contestant.id).push(await runSlice(lane, sliceMs));
    return race;
  }

  /** Nanoseconds per operation, round by round. @param {string} id */
  gross(id) {
    return this.#rounds.get(id);
  }

  /** The same without what the baseline takes. @param {string} id @param {string} floor */
  net(id, floor) {
    const below = this.gross(floor);
    return this.gross(id).map((value, round) => value - below[round]);
  }

  /** @param {string} id @param {string} floor */
  netMicroseconds(id, floor) {
    return figureOf(this.net(id, floor).map((value) => value / 1_000));
  }

  /** How much one takes of what another takes, both above the floor. */
  netRatio(id, other, floor) {
    return ratioOf(this.net(id, floor), this.net(other, floor));
  }
}

/** @returns {Promise<number>} nanoseconds per operation */
async function runSlice(lane, sliceMs) {
  const { operate, weight = 1 } = lane.contestant;
  // Nobody pays for what another left behind.
  globalThis.gc?.({ type: 'minor' });
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(sliceMs * 1e6));
  let operations = 0;
  let now = start;
  do {
    for (let count = 0; count < lane.batch; count++) {
      const done = operate();
      if (done !== true) await done;
    }
    operations += lane.batch;
    // A server turns its event loop all the time; what promises and signatures leave behind is freed
    // only there, and would be carried from one collection to the next.
    await turn();
    now = process.hrtime.bigint();
  } while (now < end);
  const each = Number(now - start) / operations;
  lane.batch = Math.max(1, Math.round(NANOSECONDS_BETWEEN_LOOKS / each));
  return each / weight;
}
