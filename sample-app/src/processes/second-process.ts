import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RevocationMark, RevocationStore } from 'nestjs-trusted-issuers';
import type { Trusted } from '../app.module.js';
import type { FromStore, Ready, ToStore } from './store-messages.js';

const PROGRAM = fileURLToPath(new URL('second-api.js', import.meta.url));

/** The same API once more, as behind a load balancer: a process of its own that shares the store of this one. */
export class SecondProcess {
  /** @param url where it answers. */
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(trusted: Trusted, store: RevocationStore): Promise<SecondProcess> {
    const issuers = Object.entries(trusted).map(([name, { issuer }]) => [name, { issuer }]);
    const child = fork(PROGRAM, [JSON.stringify(Object.fromEntries(issuers))]);
    const send = (message: FromStore): void => {
      if (child.connected) child.send(message);
    };
    await store.subscribe((mark) => send({ mark }));
    const ready = new Promise<Ready>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the second process ended with ${code}`)));
      child.on('message', (message: ToStore | Ready) => {
        if ('url' in message) resolve(message);
        else void answer(message, store).then(send);
      });
    });
    return new SecondProcess((await ready).url, child);
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

async function answer(message: ToStore, store: RevocationStore): Promise<FromStore> {
  const marks: RevocationMark[] = [];
  if ('put' in message) await store.put(message.put);
  else for await (const mark of store.load()) marks.push(mark);
  return { id: message.id, marks };
}
