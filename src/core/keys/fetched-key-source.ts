import type { KeyReporter } from './key-reporter.js';
import { type KeyChoice, untried } from './key-set.js';
import {
  isOfAnother,
  type KeyAnswer,
  type KeyOffer,
  type KeyRefresh,
  type KeyRequest,
  type KeySource,
  likeliestFirst,
  unitedOffer,
  type VerificationKey,
} from './key-source.js';
import { type KeySourceStatus, unitedStatus } from './key-source-status.js';
import type { RefreshedKeySet } from './refreshed-key-set.js';

/** Keys that are fetched from one place or several. Each place fails and recovers on its own. */
export class FetchedKeySource implements KeySource, KeyRefresh {
  readonly refresh = this;
  /** The only place, which is the usual case; `undefined` when there are several. */
  private readonly only: RefreshedKeySet | undefined;

  constructor(
    private readonly sets: readonly RefreshedKeySet[],
    readonly isRemote: boolean,
    private readonly report: KeyReporter,
  ) {
    this.only = sets.length === 1 ? sets[0] : undefined;
  }

  find(request: KeyRequest): KeyAnswer {
    const known = untried(this.known(request));
    if (known.length > 0) {
      // No request waits for the other places, so fetch in the background what they lack.
      if (this.only === undefined) this.warmUp();
      return known;
    }
    return this.ask(this.sets, request, []);
  }

  findMore(request: KeyRequest, tried: readonly VerificationKey[]): KeyAnswer {
    // Another place may have answered since, or not every key was parsed.
    const known = untried(this.known(request), tried);
    if (!known.every((key) => isOfAnother(key, request))) return known;
    const open = this.sets.filter((set) => set.mayLack(request));
    for (const set of this.sets) if (!open.includes(set)) set.doubt(request);
    return open.length > 0 ? this.ask(open, request, tried) : [];
  }

  offer(request: KeyRequest): KeyOffer {
    return unitedOffer(this.sets.map((set) => set.offer(request)));
  }

  async all(): Promise<readonly VerificationKey[]> {
    return (await Promise.all(this.sets.map((set) => set.all()))).flat();
  }

  isCurrent(key: VerificationKey, nowMs: number): boolean {
    if (this.only) return this.only.holds(key, nowMs);
    // Asks all of them: that keeps each one fresh.
    return this.sets.filter((set) => set.holds(key, nowMs)).length > 0;
  }

  warmUp(): void {
    for (const set of this.sets) set.warmUp();
  }

  retryFailed(): void {
    for (const set of this.sets) set.retryFailed();
  }

  status(): KeySourceStatus {
    return unitedStatus(this.sets.map((set) => set.status()));
  }

  private ask(
    open: readonly RefreshedKeySet[],
    request: KeyRequest,
    tried: readonly VerificationKey[],
  ): KeyAnswer {
    if (open.every((set) => set.isUsable())) this.report.unknownKey();
    // Answers most tokens with an unknown key at once.
    if (this.only && tried.length === 0) return this.only.ask(request);
    return askAll(open, request, tried);
  }

  private known(request: KeyRequest): KeyChoice {
    if (this.only) return this.only.known(request);
    const choices = this.sets.map((set) => set.known(request));
    const keys = choices.flatMap((choice) => choice.keys);
    return {
      keys: likeliestFirst(keys, request),
      isPartial: choices.some(({ isPartial }) => isPartial),
    };
  }
}

/**
 * Asks every place and takes the first answer with untried keys. If there is none, a place that failed might
 * have had the key, so its failure is the answer.
 */
async function askAll(
  sets: readonly RefreshedKeySet[],
  request: KeyRequest,
  tried: readonly VerificationKey[],
): Promise<readonly VerificationKey[]> {
  const answers = sets.map(async (set) => set.ask(request, tried));
  try {
    return await Promise.any(answers.map(someOf));
  } catch {
    return (await Promise.all(answers)).flat();
  }
}

async function someOf<Item>(answer: Promise<readonly Item[]>): Promise<readonly Item[]> {
  const items = await answer;
  if (items.length === 0) throw new Error('none');
  return items;
}
