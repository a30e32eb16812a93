import type { Block } from './markdown.js';

/** A curl command in a document, and the answer shown under it. */
export interface ShownExchange {
  readonly method: string;
  readonly path: string;
  /** The shell variable that holds the token, if one is sent. */
  readonly variable: string | undefined;
  /** The whole status line. */
  readonly status: string;
  readonly challenge: string | undefined;
  readonly body: string;
}

const COMMAND =
  /^(?:-X (\w+) )?http:\/\/localhost:3000(\S+)(?: -H "Authorization: Bearer \$(\w+)")?$/;

/** Every exchange of a document. */
export function exchangesIn(blocks: readonly Block[]): ShownExchange[] {
  return blocks
    .filter(({ text }) => text.startsWith('$ curl'))
    .flatMap(({ text }) => text.split(/^\$ curl -i /m).slice(1))
    .map((exchange) => {
      const [command = '', status = '', ...lines] = exchange.trim().split('\n');
      const found = COMMAND.exec(command);
      if (found === null) throw new Error(`no command that could be tried: ${command}`);
      const [, method = 'GET', path = '', variable] = found;
      const header = lines.find((line) => line.startsWith('WWW-Authenticate: '));
      const challenge = header?.slice('WWW-Authenticate: '.length);
      return { method, path, variable, status, challenge, body: lines.at(-1) ?? '' };
    });
}
