// What the checks of the package share: a step that is reported, a command that must end well.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DEADLINE_MS = 300_000;

/** A folder that is gone when this process is. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Says what was done, and for how long; what the action returns is given back. */
export async function step(title, action) {
  const begin = performance.now();
  const result = await action();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`ok   ${title} (${seconds} s)`);
  return result;
}

/** Standard output and error of a command that ends well; anything else ends this process. */
export async function run(command, args, cwd) {
  const { stdout, stderr, error } = await execute(command, args, cwd);
  if (error) fail(`${command} ${args.join(' ')}: ${error.message}\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

/** What tsc complains of, by file: `ours` where the predicate says so, else `theirs`. */
export async function faultsOf(cwd, project, isOurs) {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', project, '--pretty', 'false'];
  const { stdout } = await execute(process.execPath, tsc, cwd);
  const faults = stdout.split('\n').filter((line) => /error TS\d+:/.test(line));
  const fileOf = (line) => /^(.+?)\(\d+,\d+\): error/.exec(line)?.[1] ?? '';
  const ours = faults.filter((line) => isOurs(fileOf(line)));
  return { ours, theirs: faults.filter((line) => !ours.includes(line)) };
}

export function fail(message) {
  console.error(`FAIL ${message}`);
  process.exit(1);
}

async function execute(command, args, cwd) {
  const env = { ...process.env, CI: '1', NO_COLOR: '1', FORCE_COLOR: '0' };
  try {
    return await promisify(execFile)(command, args, { cwd, timeout: DEADLINE_MS, env });
  } catch (error) {
    return { stdout: error.stdout ?? '', stderr: error.stderr ?? '', error };
  }
}
