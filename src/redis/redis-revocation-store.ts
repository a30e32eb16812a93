import type { RevocationMark } from '../core/revocation/revocation-mark.js';
import type { RevocationStore } from '../core/revocation/revocation-store.js';
import { withinTime } from '../core/util/clock.js';
import { MarkArchive } from './mark-archive.js';
import { MarkFollower } from './mark-follower.js';
import { MarkStream } from './mark-stream.js';
import { OwnMarks } from './own-marks.js';
import { commandsOf, prefixIn, type RedisClient, type RedisStoreOptions } from './redis-client.js';

/** How long a mark may take to be kept. Not an option: the caller that revokes waits for it. */
const PUT_MS = 5_000;
const UNCONFIRMED =
  'Redis has not confirmed a revocation. It counts in this process, which stores it again when Redis answers; until then other processes do not know of it';
const DEFAULT_PREFIX = 'trusted-issuers:revocations:';

/**
 * A {@link RevocationStore} in Redis 5 or later, or Valkey, for an application of many processes.
 *
 * All marks that have not ended are in a sorted set, and each is announced through a stream. It is put into the
 * set first. A process that starts notes where the stream ends, reads the set, and reads the stream on from
 * there, so it misses nothing: what was announced before it looked was in the set by then. It asks the stream
 * ten times a second, by the application's own connection, and never blocks it. A process that was away reads
 * on where it stopped, and reads the set again where the stream does not reach back so far.
 */
export class RedisRevocationStore implements RevocationStore {
  private readonly archive: MarkArchive;
  private readonly stream: MarkStream;
  private readonly own = new OwnMarks();
  private readonly follower: MarkFollower;

  /**
   * @param client connected by the application, which also closes it, hears its errors, and says how it comes
   * back after a failure.
   * @param options `prefix`: what the names of both keys begin with. Default `trusted-issuers:revocations:`.
   * @throws TypeError for what is no client of ioredis or redis, and for an empty prefix
   */
  constructor(client: RedisClient, options: RedisStoreOptions = {}) {
    const send = commandsOf(client);
    const prefix = prefixIn(options, DEFAULT_PREFIX);
    this.archive = new MarkArchive(send, `${prefix}marks`);
    this.stream = new MarkStream(send, `${prefix}announced`);
    this.follower = new MarkFollower(this.archive, this.stream, this.own);
  }

  /**
   * @throws Error, as a rejection, when Redis has not confirmed the mark within 5 seconds. It is put again when
   * Redis answers, for as long as this process runs.
   */
  async put(mark: RevocationMark): Promise<void> {
    const kept = { text: JSON.stringify(mark), untilSeconds: mark.untilSeconds };
    this.own.add(kept);
    const putting = this.archive.keep([kept]).then(() => this.stream.announce(kept.text));
    putting.catch(() => this.follower.notePutFailed());
    try {
      await withinTime(PUT_MS, putting);
    } catch (cause) {
      throw new Error(UNCONFIRMED, { cause });
    }
  }

  async *load(): AsyncIterable<RevocationMark> {
    for await (const texts of this.archive.scan()) for (const text of texts) yield markIn(text);
  }

  subscribe(onMark: (mark: RevocationMark) => void): Promise<() => Promise<void>> {
    return this.follower.follow((text) => onMark(markIn(text)));
  }

  knownAsOfSeconds(): number {
    return this.follower.knownAsOfSeconds;
  }
}

/** What is no mark is for the one who asked to find: it says so once. */
function markIn(text: string): RevocationMark {
  try {
    return JSON.parse(text) as RevocationMark;
  } catch {
    return undefined as never;
  }
}
