import type { RevocationMark, RevocationStore } from 'nestjs-trusted-issuers';

/** A store of which a test says when it answers, and what. */
export class SteerableRevocationStore implements RevocationStore {
  /** What `load` gives; a test may put anything there. */
  readonly kept: unknown[] = [];
  readonly subscribers = new Set<(mark: RevocationMark) => void>();
  /** What every method throws; `undefined`: it works. */
  failure: unknown;
  /** Loads wait for it. */
  opening: Promise<void> = Promise.resolve();
  knownAs: () => number = () => Infinity;
  loads = 0;

  async put(mark: RevocationMark): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.kept.push(mark);
    this.hand(mark);
  }

  async *load(): AsyncIterable<RevocationMark> {
    this.loads++;
    await this.opening;
    if (this.failure !== undefined) throw this.failure;
    yield* this.kept as RevocationMark[];
  }

  async subscribe(onMark: (mark: RevocationMark) => void): Promise<() => Promise<void>> {
    if (this.failure !== undefined) throw this.failure;
    this.subscribers.add(onMark);
    return async () => void this.subscribers.delete(onMark);
  }

  knownAsOfSeconds(): number {
    return this.knownAs();
  }

  /** Hands anything on to the subscribers. */
  hand(mark: unknown): void {
    for (const onMark of this.subscribers) onMark(mark as RevocationMark);
  }
}
