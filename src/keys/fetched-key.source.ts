import type { KeyReporter } from './key.reporter.js';
import {
  type KeyAnswer,
  type KeyRequest,
  type KeySource,
  MAX_KEY_TRIES,
  type VerificationKey,
} from './key-source.js';
import { type KeySourceStatus, unitedStatus } from './key-source.status.js';
import type { RefreshedKeySet } from './refreshed-key-set.js';

/** Keys that are fetched, from one place or several. Each place fails and recovers on its own. */
export class FetchedKeySource implements KeySource {
  /** The one place there mostly is; `undefined` where there are several. */
  private readonly only: RefreshedKeySet | undefined;

  constructor(
    private readonly sets: readonly RefreshedKeySet[],
    private readonly report: KeyReporter,
  ) {
    this.only = sets.length === 1 ? sets[0] : undefined;
  }

  find(request: KeyRequest): KeyAnswer {
    const known = this.only ? this.only.known(request) : this.knownAnywhere(request);
    return known.length > 0 ? known : this.ask(request);
  }

  isCurrent(key: VerificationKey, nowMs: number): boolean {
    if (this.only) return this.only.holds(key, nowMs);
    // All are looked at: that is what keeps each of them fresh.
    return this.sets.filter((set) => set.holds(key, nowMs)).length > 0;
  }

  warmUp(): void {
    for (const set of this.sets) set.warmUp();
  }

  status(): KeySourceStatus {
    return unitedStatus(this.sets.map((set) => set.status()));
  }

  private ask(request: KeyRequest): KeyAnswer {
    if (this.sets.every((set) => set.isUsable())) this.report.unknownKey();
    return this.only ? this.only.ask(request) : this.askAll(request);
  }

  private knownAnywhere(request: KeyRequest): readonly VerificationKey[] {
    return this.sets.flatMap((set) => set.known(request)).slice(0, MAX_KEY_TRIES);
  }

  /** Asks every place. Keys found in one will do; otherwise one that failed could have had the key. */
  private async askAll(request: KeyRequest): Promise<readonly VerificationKey[]> {
    const answers = await Promise.allSettled(this.sets.map(async (set) => set.ask(request)));
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (found.length === 0 && failed) throw failed.reason;
    return found.slice(0, MAX_KEY_TRIES);
  }
}
