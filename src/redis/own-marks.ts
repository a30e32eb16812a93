import { LruMap } from '../core/util/lru-map.js';
import type { KeptMark } from './mark-archive.js';

/** How many are remembered; of more the latest. */
const MAX_OWN_MARKS = 10_000;

/** The marks that this process has put, so that it can put them again where Redis has lost them. */
export class OwnMarks {
  private readonly byText = new LruMap<string, KeptMark>(MAX_OWN_MARKS);

  add(mark: KeptMark): void {
    this.byText.set(mark.text, mark);
  }

  /** Those that have not ended; the others are forgotten. */
  alive(nowSeconds: number): readonly KeptMark[] {
    for (const [text, { untilSeconds }] of this.byText.entries())
      if (untilSeconds <= nowSeconds) this.byText.delete(text);
    return [...this.byText.entries()].map(([, mark]) => mark);
  }
}
