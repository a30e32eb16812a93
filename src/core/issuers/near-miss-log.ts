import { SafeLogger } from '../util/safe-logger.js';
import { type Clock, elapsedMs } from '../util/clock.js';
import type { NearMiss } from './near-misses.js';

/** Each near miss is explained at most once in this time. */
const PAUSE_MS = 60_000;
/** At most this many near misses are explained in that time, because any client can send them. */
const MAX_LINES = 100;

/**
 * Logs which trusted issuer an untrusted one almost equals. The token is refused by then; this never changes
 * that. Only here is a string from a token logged, because it equals a configured one except for those
 * differences. An issuer on another host is not logged.
 */
export class NearMissLog {
  private readonly logger = new SafeLogger();
  readonly #explainedAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** @param untrusted the `iss` of an unverified token. */
  write(untrusted: string, { trusted, difference, isElsewhere }: NearMiss): void {
    const key = `${trusted} ${difference}`;
    const now = this.clock.now();
    for (const [explained, at] of this.#explainedAt)
      if (elapsedMs(at, now) >= PAUSE_MS) this.#explainedAt.delete(explained);
      else break;
    if (this.#explainedAt.has(key) || this.#explainedAt.size >= MAX_LINES) return;
    this.#explainedAt.set(key, now);
    const which = isElsewhere ? 'of a token' : JSON.stringify(untrusted);
    this.logger.warn(
      `issuer_untrusted: the "iss" ${which} differs from the trusted issuer ` +
        `${JSON.stringify(trusted)} in ${difference} only. Issuers are compared exactly: ` +
        (isElsewhere
          ? IF_THE_SAME_SERVER
          : 'write in issuer what tokens carry, or name it in issuerAliases.'),
    );
  }
}

const IF_THE_SAME_SERVER =
  'if it is the same server, write in issuer what tokens carry, or name it in issuerAliases. An address under ' +
  'which only this process reaches it belongs in keys.jwksUri or keys.discovery.';
