import { type Command, Option } from 'commander';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../testing/signing-algorithms.js';
import { CommandFailure } from './exit-codes.js';
import { DevelopmentIssuer } from './issuer/development-issuer.js';
import {
  DEFAULT_KEY_FILE,
  type KeptIssuer,
  loadIssuer,
  newKey,
  saveIssuer,
} from './issuer/key-file.js';
import { wholeNumber } from './option-values.js';
import { refuseInProduction } from './refuse-in-production.js';
import type { Terminal } from './terminal.js';

const DEFAULT_PORT = 4455;
const DEFAULT_ALGORITHM = 'ES256';
const DEFAULT_AUDIENCE = 'https://api.example.com';

interface IssuerFlags {
  readonly port: number;
  readonly keys: string;
  readonly algorithm?: SigningAlgorithm;
  readonly audience?: string;
  readonly json?: true;
}

/** `issuer`: runs a development issuer until it is stopped. */
export function addIssuerCommand(program: Command, terminal: Terminal): void {
  program
    .command('issuer')
    .description('run a development issuer on this machine that mints tokens, with a page at /')
    .option(
      '--port <number>',
      'port on 127.0.0.1; 0 takes a free one',
      wholeNumber(0, 65_535),
      DEFAULT_PORT,
    )
    .option('--keys <file>', 'where the key is kept between runs', DEFAULT_KEY_FILE)
    .addOption(
      new Option(
        '--algorithm <name>',
        `what tokens are signed with (new keys: ${DEFAULT_ALGORITHM})`,
      )
        // A shared secret is not published, so an application could not fetch it.
        .choices(SIGNING_ALGORITHMS.filter((name) => !name.startsWith('HS'))),
    )
    .option('--audience <name>', `what tokens are meant for (new keys: ${DEFAULT_AUDIENCE})`)
    .option('--json', 'print one line of JSON when it is ready')
    .action((flags: IssuerFlags) => runIssuer(flags, terminal));
}

async function runIssuer(flags: IssuerFlags, terminal: Terminal): Promise<void> {
  refuseInProduction(terminal);
  const development = await start(flags, terminal);
  const { issuer, jwksUri } = development.testIssuer;
  const stopped = terminal.stopped();
  if (flags.json)
    terminal.out(JSON.stringify({ issuer, jwksUri, page: `${issuer}/`, keys: flags.keys }));
  else
    terminal.out(
      [
        `Development issuer, ready. Trust it as: ${issuer}`,
        `A page that mints tokens: ${issuer}/`,
        `The same in a terminal:   npx nestjs-trusted-issuers token --subject alice${keysFlag(flags)}`,
        `Its key is kept in ${flags.keys}. Stop it with Ctrl+C.`,
      ].join('\n'),
    );
  await stopped;
  await development.close();
}

/** What `token` must be told to find the same key. */
function keysFlag({ keys }: IssuerFlags): string {
  if (keys === DEFAULT_KEY_FILE) return '';
  return ` --keys ${/^[\w.,:/\\@+-]+$/.test(keys) ? keys : JSON.stringify(keys)}`;
}

async function start(flags: IssuerFlags, terminal: Terminal): Promise<DevelopmentIssuer> {
  const { port } = flags;
  try {
    return await DevelopmentIssuer.start(port, (origin) => keptIssuer(origin, flags, terminal));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES')
      throw new CommandFailure(
        'unusable',
        `Port ${port} is not available (${code}). Stop what listens there, or choose another with --port.`,
      );
    throw error;
  }
}

async function keptIssuer(
  issuer: string,
  flags: IssuerFlags,
  terminal: Terminal,
): Promise<KeptIssuer> {
  const former = await loadIssuer(flags.keys);
  if (former && flags.algorithm !== undefined && flags.algorithm !== former.key.algorithm)
    throw new CommandFailure(
      'unusable',
      `The key in ${flags.keys} is for ${former.key.algorithm}. Delete the file, or name another with --keys.`,
    );
  if (!former) terminal.progress(`Making a key, to be kept in ${flags.keys} …`);
  const kept = {
    issuer,
    audience: flags.audience ?? former?.audience ?? DEFAULT_AUDIENCE,
    key: former?.key ?? (await newKey(flags.algorithm ?? DEFAULT_ALGORITHM)),
  };
  await saveIssuer(flags.keys, kept);
  if (!former && flags.keys !== DEFAULT_KEY_FILE)
    terminal.err(`${flags.keys} holds a private key: add it to .gitignore.`);
  return kept;
}
