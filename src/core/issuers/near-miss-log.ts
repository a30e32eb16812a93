import { SafeLogger } from '../util/safe-logger.js';
import { type Clock, elapsedMs } from '../util/clock.js';
import { readTenantIssuer } from '../../config/tenant-template.js';
import { differenceBetween, looseForm } from './near-miss.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** One near miss is explained once in this time. */
const PAUSE_MS = 60_000;
/** More near misses than this are not explained in that time: anybody can send them. */
const MAX_LINES = 100;

/**
 * Says in the log which trusted issuer an untrusted one almost is. The decision is made by then; this
 * never changes it. The one place where a string out of a token reaches the log, because it equals a
 * configured one but for those differences.
 */
export class NearMissLog {
  private readonly logger = new SafeLogger();
  readonly #byLooseForm = new Map<string, string>();
  readonly #explainedAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  add(trusted: TrustedIssuer): void {
    for (const name of namesOf(trusted)) {
      const form = looseForm(name);
      if (form !== undefined) this.#byLooseForm.set(form, name);
    }
  }

  remove(trusted: TrustedIssuer): void {
    for (const name of namesOf(trusted)) {
      const form = looseForm(name);
      if (form !== undefined && this.#byLooseForm.get(form) === name)
        this.#byLooseForm.delete(form);
    }
  }

  /** @param untrusted the `iss` of an unverified token. */
  explain(untrusted: string): void {
    const template = readTenantIssuer(untrusted)?.template;
    for (const spelling of template === undefined ? [untrusted] : [untrusted, template]) {
      const trusted = this.#byLooseForm.get(looseForm(spelling) ?? '');
      // The very string would have been trusted: it is a tenant that a template does not list.
      if (trusted === undefined || trusted === spelling) continue;
      this.#write(untrusted, trusted, differenceBetween(spelling, trusted));
      return;
    }
  }

  #write(untrusted: string, trusted: string, difference: string): void {
    const key = `${trusted} ${difference}`;
    const now = this.clock.now();
    for (const [explained, at] of this.#explainedAt)
      if (elapsedMs(at, now) >= PAUSE_MS) this.#explainedAt.delete(explained);
      else break;
    if (this.#explainedAt.has(key) || this.#explainedAt.size >= MAX_LINES) return;
    this.#explainedAt.set(key, now);
    this.logger.warn(
      `issuer_untrusted: the "iss" ${JSON.stringify(untrusted)} differs from the trusted issuer ` +
        `${JSON.stringify(trusted)} in ${difference} only. Issuers are compared exactly: ` +
        'write in issuer what tokens carry, or name it in issuerAliases.',
    );
  }
}

function namesOf({ rules: { issuer, acceptedIssuers } }: TrustedIssuer): ReadonlySet<string> {
  return new Set([issuer, ...acceptedIssuers]);
}
