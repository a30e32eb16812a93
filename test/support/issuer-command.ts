import { afterAll, beforeAll } from '@jest/globals';
import { startCommand, temporaryFolder } from './command-line.js';

/** The command `issuer`, which runs as long as the tests of a file. */
export interface IssuerCommand {
  /** The file of its key. */
  readonly keys: string;
  /** Another file of its folder. */
  file(name: string): string;
  /** Known when the tests run. */
  readonly address: string;
}

export function issuerCommand(): IssuerCommand {
  const folder = temporaryFolder();
  const keys = folder.file('issuer.json');
  const issuer = startCommand(['issuer', '--port', '0', '--keys', keys, '--json']);
  let address = '';
  beforeAll(async () => {
    address = (JSON.parse(await issuer.ready) as { issuer: string }).issuer;
  });
  afterAll(async () => {
    await issuer.stop();
    folder.remove();
  });
  return {
    keys,
    file: folder.file,
    get address() {
      return address;
    },
  };
}
