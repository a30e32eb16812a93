// `npm run instructions`: how many instructions a hit, a miss and a refusal take, by valgrind. Unlike
// time they don't depend on what else the machine does. Fails when one takes more than baseline.json
// says; `-- --write` writes that.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CALLS, ENVIRONMENT, OPERATIONS, V8_FLAGS } from './plan.mjs';

/** Two runs that are farther apart prove nothing. */
const STEADY = 0.01;
/** What may come on top of the baseline. */
const TOLERANCE = 0.02;
const BASELINE = new URL('./baseline.json', import.meta.url);

if (spawnSync('valgrind', ['--version']).error)
  throw new Error('valgrind is missing. Debian has it: apt-get install valgrind');
const folder = mkdtempSync(join(tmpdir(), 'instructions-'));
try {
  const fixture = join(folder, 'fixture.json');
  execFileSync('node', [pathOf('./fixture.mjs'), fixture, String(CALLS)]);
  process.exitCode = report(counted(fixture, 'first'), counted(fixture, 'second'));
} finally {
  rmSync(folder, { recursive: true });
}

/** Instructions per call, by the round of each operation that took fewest. */
function counted(fixture, run) {
  const out = join(folder, run);
  const valgrind = ['--tool=callgrind', '--dump-before=uv_kill', `--callgrind-out-file=${out}`];
  const program = [...V8_FLAGS, pathOf('./operations.mjs'), fixture];
  const options = { env: { ...process.env, ...ENVIRONMENT }, stdio: ['ignore', 'inherit', 'pipe'] };
  execFileSync('valgrind', [...valgrind, '--smc-check=none', 'node', ...program], options);
  let dump = 0;
  const perCall = {};
  for (const { name, rounds } of OPERATIONS) {
    // The first holds the start of the operation.
    dump += 1;
    const counts = Array.from({ length: rounds }, () => totalOf(`${out}.${(dump += 1)}`));
    perCall[name] = Math.round(Math.min(...counts) / CALLS);
  }
  return perCall;
}

function totalOf(file) {
  const [, total] = /^totals: (\d+)$/m.exec(readFileSync(file, 'utf8'));
  return Number(total);
}

function report(first, second) {
  const { version, arch } = process;
  const baseline = JSON.parse(readFileSync(BASELINE, 'utf8'));
  const isComparable = baseline.node === version && baseline.arch === arch;
  const faults = [];
  console.log(`Instructions per call, V8’s interpreter, Node.js ${version}, ${arch}`);
  for (const { name } of OPERATIONS) {
    const [count, other, limit] = [first[name], second[name], baseline.perCall[name]];
    const said = isComparable ? `, baseline ${shown(limit)} (${percent(count / limit - 1)})` : '';
    console.log(`  ${name.padEnd(8)} ${shown(count)}, again ${shown(other)}${said}`);
    if (Math.abs(count - other) > STEADY * count) faults.push(`${name} is not steady`);
    if (isComparable && Math.min(count, other) > limit * (1 + TOLERANCE))
      faults.push(`${name} takes more than the baseline by over ${percent(TOLERANCE)}`);
  }
  if (!isComparable)
    console.log(`The baseline is of Node.js ${baseline.node}, ${baseline.arch}: not compared.`);
  if (process.argv.includes('--write')) {
    const written = { node: version, arch, perCall: first };
    writeFileSync(BASELINE, `${JSON.stringify(written, null, 2)}\n`);
    return 0;
  }
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

function shown(count) {
  return count.toLocaleString('en');
}

function percent(part) {
  return `${(part * 100).toFixed(1)} %`;
}

function pathOf(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
