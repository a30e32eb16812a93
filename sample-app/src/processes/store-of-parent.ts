import type { RevocationMark, RevocationStore } from 'nestjs-trusted-issuers';
import type { FromStore, ToStore } from './store-messages.js';

/** How messages come and go: in the second process it is `process`. */
export interface Channel {
  send(message: ToStore): void;
  on(event: 'message', listener: (message: FromStore) => void): void;
  once(event: 'disconnect', listener: () => void): void;
}

type Wanted = ToStore extends infer Message ? Omit<Message & object, 'id'> : never;

/**
 * The store of another process, over the channel that Node opens between a process and its child. It is for
 * this sample, which runs without a server; an application of several processes uses Redis
 * (`nestjs-trusted-issuers/redis`).
 */
export class StoreOfParent implements RevocationStore {
  private readonly waiting = new Map<number, (marks: readonly RevocationMark[]) => void>();
  private readonly subscribers = new Set<(mark: RevocationMark) => void>();
  private asked = 0;
  private knownUntilSeconds = Infinity;

  constructor(private readonly channel: Channel) {
    channel.on('message', (message) => this.receive(message));
    channel.once('disconnect', () => (this.knownUntilSeconds = Date.now() / 1_000));
  }

  async put(mark: RevocationMark): Promise<void> {
    await this.ask({ put: mark });
  }

  async *load(): AsyncIterable<RevocationMark> {
    yield* await this.ask({ load: true });
  }

  async subscribe(onMark: (mark: RevocationMark) => void): Promise<() => Promise<void>> {
    this.subscribers.add(onMark);
    return async () => void this.subscribers.delete(onMark);
  }

  knownAsOfSeconds(): number {
    return this.knownUntilSeconds;
  }

  private ask(wanted: Wanted): Promise<readonly RevocationMark[]> {
    const id = ++this.asked;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.channel.send({ id, ...wanted } as ToStore);
    });
  }

  private receive(message: FromStore): void {
    if ('mark' in message) {
      for (const onMark of this.subscribers) onMark(message.mark);
      return;
    }
    this.waiting.get(message.id)?.(message.marks);
    this.waiting.delete(message.id);
  }
}
