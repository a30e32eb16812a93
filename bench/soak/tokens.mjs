const HOT = 50;
/** So long a new key may be unknown to an API that did not see it published (docs/keys.md). */
const UNKNOWN_MS = 35_000;
const ROTATION_MS = 120_000;

/** What the callers send, by an issuer whose keys rotate. */
export class Tokens {
  #issuer;
  #stranger;
  #hot = [];
  #rotatedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param {import('../../dist/esm/testing.js').TestIssuer} issuer
   * @param {import('../../dist/esm/testing.js').TestIssuer} stranger whom nobody trusts
   */
  constructor(issuer, stranger) {
    this.#issuer = issuer;
    this.#stranger = stranger;
    this.#makeHot();
  }

  /** @returns {{ token: string | undefined, statuses: readonly number[] }} */
  next() {
    const chance = Math.random();
    if (chance < 0.6) return { token: pick(this.#hot), statuses: [200] };
    if (chance < 0.85) return { token: this.#issuer.token(), statuses: this.#statusesOfNew() };
    const refused = [
      () => undefined,
      () => 'garbage',
      () => this.#issuer.tamperedToken(),
      () => this.#issuer.expiredToken(),
      () => this.#stranger.token(),
    ];
    return { token: pick(refused)(), statuses: [401] };
  }

  /** Signs with a new key from now on; the old one is withdrawn when nothing is sent any more that it signed. */
  async turn() {
    const since = performance.now() - this.#rotatedAt;
    if (since >= ROTATION_MS) {
      await this.#issuer.rotateKeys();
      this.#rotatedAt = performance.now();
    } else if (since >= UNKNOWN_MS && this.#issuer.jwks.keys.length > 1) {
      this.#makeHot();
      this.#issuer.removeOldKeys();
    }
  }

  #statusesOfNew() {
    return performance.now() - this.#rotatedAt < UNKNOWN_MS ? [200, 401] : [200];
  }

  #makeHot() {
    this.#hot = Array.from({ length: HOT }, () => this.#issuer.token({ expiresInSeconds: 7_200 }));
  }
}

const pick = (items) => items[Math.floor(Math.random() * items.length)];
