import type { RevocationMark } from './revocation-mark.js';
import type { RevocationStore } from './revocation-store.js';

/** Fewer marks are not worth a look for those that have ended. */
const FEW = 1_024;

/**
 * A {@link RevocationStore} in the memory of this process: for an application of one process, and for tests.
 * What was revoked is forgotten when the process ends.
 */
export class MemoryRevocationStore implements RevocationStore {
  private readonly subscribers = new Set<(mark: RevocationMark) => void>();
  private marks = new Map<string, RevocationMark>();
  private tidyAt = FEW;

  async put(mark: RevocationMark): Promise<void> {
    this.marks.set(JSON.stringify(mark), mark);
    if (this.marks.size >= this.tidyAt) this.tidy();
    for (const onMark of this.subscribers) onMark(mark);
  }

  async *load(): AsyncIterable<RevocationMark> {
    yield* this.marks.values();
  }

  async subscribe(onMark: (mark: RevocationMark) => void): Promise<() => Promise<void>> {
    this.subscribers.add(onMark);
    return async () => void this.subscribers.delete(onMark);
  }

  /** There is nothing between it and the process. */
  knownAsOfSeconds(): number {
    return Infinity;
  }

  private tidy(): void {
    const nowSeconds = Date.now() / 1_000;
    const alive = [...this.marks].filter(([, { untilSeconds }]) => untilSeconds > nowSeconds);
    this.marks = new Map(alive);
    this.tidyAt = Math.max(FEW, this.marks.size * 2);
  }
}
