import type { Command } from 'commander';
import type { TokenBinding } from '../core/guard/token-binding.js';
import type { TokenRouter } from '../core/introspection/token-router.js';
import type { TokenAuthenticator } from '../core/jwt/authenticated-token.js';
import type { JwtAuthenticator } from '../core/jwt/jwt-authenticator.js';
import type { Clock } from '../core/util/clock.js';
import type { ResolvedAuthConfig } from '../config/resolved-config.js';
import { TOKENS } from '../core/util/di-tokens.js';
import { refusalRow } from '../core/refusals/refusal-table.js';
import type { TrustedIssuers } from '../core/issuers/trusted-issuers.js';
import { readConfigFile, wired } from './config-file.js';
import { CommandFailure, EXIT_CODES } from './exit-codes.js';
import type { Inspection, Outcome } from './inspect/inspection.js';
import { IssuerInquiry } from './inspect/issuer-inquiry.js';
import { TokenInspector } from './inspect/token-inspector.js';
import { painter, printable, type Terminal } from './terminal.js';

interface InspectFlags {
  readonly config: string;
  readonly fetchKeys?: true;
  readonly json?: true;
}

const EXIT_CODE = {
  accepted: EXIT_CODES.done.code,
  refused: EXIT_CODES.refused.code,
  unknown: EXIT_CODES.undecided.code,
} as const;

const MAX_INPUT_BYTES = 1_048_576;

/** `inspect`: explains one token, step by step. */
export function addInspectCommand(
  program: Command,
  terminal: Terminal,
  end: (code: number) => void,
): void {
  program
    .command('inspect')
    .description('explain step by step how a configuration handles a token')
    .argument('[token]', 'the token; better on standard input, where no other process sees it')
    .requiredOption('--config <file>', 'JSON, or a module that exports the configuration')
    .option(
      '--fetch-keys',
      'fetch the keys of the token’s issuer, or ask the issuer; without it nothing leaves this machine',
    )
    .option('--json', 'print the steps as JSON')
    .action(async (token: string | undefined, flags: InspectFlags) => {
      const inspection = await inspect(token ?? (await readToken(terminal)), flags, terminal);
      terminal.out(
        flags.json ? JSON.stringify(inspection, null, 2) : reported(inspection, terminal),
      );
      end(EXIT_CODE[inspection.verdict]);
    });
}

async function inspect(
  text: string,
  { config: path, fetchKeys }: InspectFlags,
  terminal: Terminal,
): Promise<Inspection> {
  const context = await wired(await readConfigFile(path), {
    online: fetchKeys === true,
    warn: (line) => terminal.err(line),
  });
  try {
    if (fetchKeys) terminal.progress('Fetching keys of the token’s issuer, if they are needed …');
    const inspector = new TokenInspector({
      config: context.get<ResolvedAuthConfig>(TOKENS.resolvedConfig, { strict: false }),
      trustedIssuers: context.get<TrustedIssuers>(TOKENS.trustedIssuers, { strict: false }),
      binding: context.get<TokenBinding>(TOKENS.tokenBinding, { strict: false }),
      authenticator: context.get<JwtAuthenticator>(TOKENS.jwtAuthenticator, { strict: false }),
      introspection: inquiryOf(
        context.get<TokenAuthenticator>(TOKENS.tokenAuthenticator, { strict: false }),
      ),
      clock: context.get<Clock>(TOKENS.clock, { strict: false }),
      fetchKeys: fetchKeys === true,
    });
    return await inspector.inspect(withoutScheme(text));
  } finally {
    await context.close();
  }
}

/** Without an issuer that is asked, tokens are authenticated as JWTs alone. */
function inquiryOf(tokens: TokenAuthenticator): IssuerInquiry | undefined {
  return 'ownerOf' in tokens ? new IssuerInquiry(tokens as TokenRouter) : undefined;
}

async function readToken({ stdin, progress }: Terminal): Promise<string> {
  if (stdin.isTTY) progress('Paste the token, then press Enter and Ctrl+D.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MAX_INPUT_BYTES)
      throw new CommandFailure('usage', 'Standard input is longer than any token.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What people copy: the token, `Bearer …` or `DPoP …`, or the whole header line. */
function withoutScheme(text: string): string {
  return text.trim().replace(/^(?:authorization: *)?(?:bearer|dpop) +/i, '');
}

const MARKS: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  refused: '✗',
  unknown: '?',
  skipped: '-',
};
/** Of the longest name of a step, and a space. */
const NAME_WIDTH = 13;
const COLOURS = { passed: 'green', refused: 'red', unknown: 'yellow', skipped: 'dim' } as const;

function reported(inspection: Inspection, { coloured }: Terminal): string {
  const paint = painter(coloured);
  const { token, introspected, steps } = inspection;
  const decoded = token
    ? [
        ...[paint('bold', 'Header'), printable(JSON.stringify(token.header, null, 2))],
        ...[paint('bold', 'Claims (the steps say whether they can be trusted)')],
        ...[printable(JSON.stringify(token.claims, null, 2)), ''],
      ]
    : [];
  const lines = steps.flatMap(({ name, outcome, details: [first = '', ...rest] }) => [
    `${paint(COLOURS[outcome], MARKS[outcome])} ${name.padEnd(NAME_WIDTH)} ${printable(first)}`,
    ...rest.map((detail) => `${' '.repeat(NAME_WIDTH + 3)}${printable(detail)}`),
  ]);
  const answer = introspected
    ? [
        paint('bold', 'What its issuer says'),
        ...[printable(JSON.stringify(introspected, null, 2)), ''],
      ]
    : [];
  return [...decoded, ...answer, ...lines, '', paint('bold', conclusion(inspection))].join('\n');
}

function conclusion({ verdict, code, steps }: Inspection): string {
  if (verdict === 'accepted') return 'It would be accepted.';
  const refused = steps.find(({ outcome }) => outcome === 'refused');
  if (refused && code) {
    const { status, message } = refusalRow(code);
    const answer = `refused at the step “${refused.name}”: ${status} ${code}, “${message}”.`;
    return verdict === 'refused'
      ? `It would be ${answer}`
      : `The signature was not checked. If it is good, the token would be ${answer}`;
  }
  const unknown = steps.find(({ outcome }) => outcome === 'unknown');
  return `It can’t be told: ${unknown?.details[0]}. Nothing else is wrong with it.`;
}
