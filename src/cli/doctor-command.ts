import type { Command } from 'commander';
import type { ResolvedAuthConfig } from '../config/resolved-config.js';
import { issuerOfTenant } from '../config/tenant-template.js';
import { TOKENS } from '../core/util/di-tokens.js';
import type { TrustedIssuers } from '../core/issuers/trusted-issuers.js';
import { readConfigFile, wired } from './config-file.js';
import { type Examination, examine } from './doctor/issuer-examination.js';
import { EXIT_CODES } from './exit-codes.js';
import { table } from './text-table.js';
import { painter, printable, type Terminal } from './terminal.js';

const SOME_TENANT = '00000000-0000-0000-0000-000000000000';

interface DoctorFlags {
  readonly config: string;
  readonly json?: true;
}

interface Diagnosis {
  readonly issuers: readonly Examination[];
  /** What the module had to say, such as keys that it ignores. */
  readonly warnings: readonly string[];
}

/** `doctor`: gets the keys of every configured issuer. */
export function addDoctorCommand(
  program: Command,
  terminal: Terminal,
  end: (code: number) => void,
): void {
  program
    .command('doctor')
    .description(
      'fetch metadata and keys of every configured issuer, ask those that introspect, and say what works',
    )
    .requiredOption('--config <file>', 'JSON, or a module that exports the configuration')
    .option('--json', 'print the findings as JSON')
    .action(async (flags: DoctorFlags) => {
      const diagnosis = await diagnose(flags.config, terminal);
      terminal.out(flags.json ? JSON.stringify(diagnosis, null, 2) : reported(diagnosis, terminal));
      const allWork = diagnosis.issuers.every(({ works }) => works);
      end(allWork ? EXIT_CODES.done.code : EXIT_CODES.refused.code);
    });
}

async function diagnose(path: string, terminal: Terminal): Promise<Diagnosis> {
  const warnings: string[] = [];
  const context = await wired(await readConfigFile(path), {
    online: true,
    warn: (line) => void warnings.push(line),
  });
  try {
    const config = context.get<ResolvedAuthConfig>(TOKENS.resolvedConfig, { strict: false });
    const trusted = context.get<TrustedIssuers>(TOKENS.trustedIssuers, { strict: false });
    const issuers = await Promise.all(
      config.issuers.map(async ({ issuer, acceptedIssuers: [name] }) => {
        terminal.progress(`Asking ${issuer} …`);
        // A template for any tenant has no name of its own; its keys are the same for all.
        const found = await trusted.find(name ?? issuerOfTenant(issuer, SOME_TENANT));
        if (!found) throw new Error(`${issuer} is configured but not found`);
        return examine(found, trusted.introspectorOf(found));
      }),
    );
    return { issuers, warnings };
  } finally {
    await context.close();
  }
}

function reported({ issuers, warnings }: Diagnosis, { coloured }: Terminal): string {
  if (issuers.length === 0)
    return 'No issuer is listed. resolveIssuer is asked by `inspect --fetch-keys` with a token.';
  const paint = painter(coloured);
  const rows = issuers.map(({ works, issuer, keysFrom, keyIds, algorithms, tookMs }) => [
    works ? '✓ works' : '✗ fails',
    issuer,
    keysFrom,
    String(keyIds.length),
    algorithms.join(' ') || '-',
    `${tookMs} ms`,
  ]);
  const [head = '', ...lines] = table([
    ['', 'issuer', 'keys from', 'keys', 'algorithms', 'took'],
    ...rows,
  ]);
  const faulty = issuers.filter(({ faults }) => faults.length > 0);
  return [
    paint('bold', head),
    ...lines.map((line, index) => paint(issuers[index]?.works ? 'green' : 'red', line)),
    ...faulty.flatMap(({ issuer, ...found }) => [
      ...['', paint('bold', issuer)],
      ...faultsOf(found),
    ]),
    ...issuers.flatMap(({ issuer, introspection }) =>
      introspection === undefined
        ? []
        : [
            ...['', paint('bold', `introspection of ${issuer}`)],
            introspection.works ? `  ✓ answers, in ${introspection.tookMs} ms` : '  ✗ fails',
            ...faultsOf(introspection),
          ],
    ),
    ...(warnings.length > 0 ? ['', ...warnings.map((line) => `note: ${printable(line)}`)] : []),
  ].join('\n');
}

function faultsOf({ faults, remedy }: Pick<Examination, 'faults' | 'remedy'>): readonly string[] {
  return [
    ...faults.map((fault) => `  ${printable(fault)}`),
    ...(remedy === undefined ? [] : [`  → ${remedy}`]),
  ];
}
