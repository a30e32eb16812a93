import { Logger } from '@nestjs/common';
import type { Clock } from '../clock.js';
import { DEFAULTS } from '../config/defaults.js';
import { Refusal } from '../refusals/refusal.js';
import { readJwkSet } from './jwk-set.reader.js';
import { type KeyRequest, type KeySource, selectKeys, type VerificationKey } from './key-source.js';

/** Least time between two fetches that an unknown `kid` asks for. */
const UNKNOWN_KEY_COOL_DOWN_MS = 5_000;

/** Keys that are fetched: one flight at a time, kept for ten minutes, asked again for an unknown `kid`. */
export class KeySetSource implements KeySource {
  private readonly logger = new Logger('TrustedIssuers');
  private keys: readonly VerificationKey[] = [];
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private flight: Promise<void> | undefined;

  /**
   * @param issuer named in the log.
   * @param load gives the documents of all of the issuer's key sets, or rejects.
   */
  constructor(
    private readonly issuer: string,
    private readonly load: () => Promise<readonly unknown[]>,
    private readonly clock: Clock,
  ) {}

  find(request: KeyRequest): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    if (this.ageMs() >= DEFAULTS.maxKeyAgeSeconds * 1_000) return this.afterRefresh(request);
    const found = selectKeys(this.keys, request);
    const worthAsking = !request.expired && this.ageMs() >= UNKNOWN_KEY_COOL_DOWN_MS;
    return found.length > 0 || !worthAsking ? found : this.afterRefresh(request);
  }

  isCurrent(key: VerificationKey): boolean {
    return this.ageMs() < DEFAULTS.maxKeyAgeSeconds * 1_000 && this.keys.includes(key);
  }

  private async afterRefresh(request: KeyRequest): Promise<readonly VerificationKey[]> {
    this.flight ??= this.refresh().finally(() => (this.flight = undefined));
    await this.flight;
    return selectKeys(this.keys, request);
  }

  private async refresh(): Promise<void> {
    try {
      const documents = await this.load();
      const sets = documents.map((document) => {
        const set = readJwkSet(document);
        if (!set) throw new Error('the answer is not a JWK Set');
        return set;
      });
      const skipped = sets.flatMap((set) => set.skipped);
      if (skipped.length > 0)
        this.logger.warn(`keys of ${this.issuer} passed over: ${skipped.slice(0, 10).join('; ')}`);
      this.keys = sets.flatMap((set) => set.keys);
      this.fetchedAt = this.clock.now();
    } catch (cause) {
      throw new Refusal('keys_unavailable', `no keys of ${this.issuer}`, cause);
    }
  }

  private ageMs(): number {
    return this.clock.now() - this.fetchedAt;
  }
}
