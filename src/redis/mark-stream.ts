import type { SendCommand } from './redis-client.js';
import { StreamPosition } from './stream-position.js';

/** How many entries are kept for processes that were away. One that missed more reads all marks again. */
const KEPT_ENTRIES = 100_000;
/** How many are read at once. */
const BATCH = 1_000;

/** What was read of a stream. */
export interface ReadEntries {
  /** The texts of marks. */
  readonly texts: readonly string[];
  /** Where to read on. */
  readonly position: StreamPosition;
  readonly mayBeMore: boolean;
}

/** The stream through which each mark is announced to the processes that run. */
export class MarkStream {
  constructor(
    private readonly send: SendCommand,
    private readonly key: string,
  ) {}

  async announce(text: string): Promise<void> {
    await this.send('XADD', this.key, 'MAXLEN', '~', String(KEPT_ENTRIES), '*', 'mark', text);
  }

  /** The entries behind a position. By XRANGE, whose answer has one form in all versions of the protocol. */
  async readBehind(position: StreamPosition): Promise<ReadEntries> {
    const range = [position.next, '+', 'COUNT', String(BATCH)];
    const entries = entriesOf(await this.send('XRANGE', this.key, ...range));
    const last = entries.at(-1);
    return {
      texts: entries.map(({ text }) => text),
      position: last?.position ?? position,
      mayBeMore: entries.length >= BATCH,
    };
  }

  /** The oldest entry that is kept; `undefined` of an empty stream. */
  async first(): Promise<StreamPosition | undefined> {
    const answer = await this.send('XRANGE', this.key, '-', '+', 'COUNT', '1');
    return entriesOf(answer)[0]?.position;
  }

  /** Where the stream ends now. */
  async end(): Promise<StreamPosition> {
    const answer = await this.send('XREVRANGE', this.key, '+', '-', 'COUNT', '1');
    return entriesOf(answer)[0]?.position ?? StreamPosition.START;
  }
}

interface Entry {
  readonly position: StreamPosition;
  readonly text: string;
}

/** @throws Error for an answer that is not one of a stream. */
function entriesOf(answer: unknown): readonly Entry[] {
  if (!Array.isArray(answer)) throw new Error('Redis gave no entries of a stream');
  return answer.map((entry: unknown) => {
    const [id, fields] = Object(entry) as readonly unknown[];
    const [, text] = Object(fields) as readonly unknown[];
    return { position: StreamPosition.of(id), text: String(text) };
  });
}
