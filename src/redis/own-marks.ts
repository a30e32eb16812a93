import type { KeptMark } from './mark-archive.js';

/** How many are remembered; of more the latest. */
const MAX_OWN_MARKS = 10_000;

/** The marks that this process has put, so that it can put them again where Redis has lost them. */
export class OwnMarks {
  private readonly byText = new Map<string, KeptMark>();

  add(mark: KeptMark): void {
    this.byText.delete(mark.text);
    this.byText.set(mark.text, mark);
    const [oldest] = this.byText.keys();
    if (this.byText.size > MAX_OWN_MARKS && oldest !== undefined) this.byText.delete(oldest);
  }

  /** Those that have not ended; the others are forgotten. */
  alive(nowSeconds: number): readonly KeptMark[] {
    for (const { text, untilSeconds } of this.byText.values())
      if (untilSeconds <= nowSeconds) this.byText.delete(text);
    return [...this.byText.values()];
  }
}
