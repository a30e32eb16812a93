/**
 * Which of the tokens a request carries: always the same; one of as many as a cache may hold; or one
 * of twice as many in turn, so that every one has left a cache before it comes again.
 *
 * @typedef {'hot' | 'pool' | 'distinct'} Workload
 */

/**
 * The headers of one algorithm's tokens. Every header given out is a string of its own: V8 keeps a
 * string's hash, so one that is used twice would be looked up faster than any real header.
 */
export class Headers {
  #buffers;
  #cacheEntries;

  /** @param {readonly string[]} tokens @param {number} cacheEntries */
  constructor(tokens, cacheEntries) {
    this.#buffers = tokens.map((token) => Buffer.from(`Bearer ${token}`, 'latin1'));
    this.#cacheEntries = cacheEntries;
  }

  /** How many different ones there are. @param {Workload} workload */
  count(workload) {
    return { hot: 1, pool: this.#cacheEntries, distinct: this.#buffers.length }[workload];
  }

  /** A supply that starts at the first. @param {Workload} workload @returns {() => string} */
  supply(workload) {
    const buffers = this.#buffers;
    const count = this.count(workload);
    let next = 0;
    return () => {
      const header = buffers[next].toString('latin1');
      next = next + 1 === count ? 0 : next + 1;
      return header;
    };
  }
}
