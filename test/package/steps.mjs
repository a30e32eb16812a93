// What the checks of the package share: a step that is reported, a command that must end well.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DEADLINE_MS = 300_000;

const folders = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when this process is. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  folders.push(folder);
  return folder;
}

/** Says what was done, and for how long; what the action returns is given back. A failure ends this process. */
export async function step(title, action) {
  const begin = performance.now();
  try {
    const result = await action();
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(`ok   ${title} (${seconds} s)`);
    return result;
  } catch (error) {
    console.error(`FAIL ${title}: ${error.message}`);
    return process.exit(1);
  }
}

/**
 * What a command said that ended well, with further variables in its environment.
 *
 * @throws Error with all that it said, when it did not.
 */
export async function run(command, args, cwd, env = {}) {
  const { stdout, stderr, error } = await execute(command, args, cwd, env);
  if (error) throw new Error(`${command}: ${error.message}\n${stdout}\n${stderr}`);
  return { stdout, stderr };
}

/** What tsc complains of, by file: `ours` where the predicate says so, else `theirs`. */
export async function faultsOf(cwd, project, isOurs) {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', project, '--pretty', 'false'];
  const { stdout, stderr, error } = await execute(process.execPath, tsc, cwd);
  const faults = stdout.split('\n').filter((line) => /error TS\d+:/.test(line));
  if (error && faults.length === 0) throw new Error(`tsc: ${error.message}\n${stdout}\n${stderr}`);
  const fileOf = (line) => /^(.+?)\(\d+,\d+\): error/.exec(line)?.[1] ?? '';
  const ours = faults.filter((line) => isOurs(fileOf(line)));
  return { ours, theirs: faults.filter((line) => !ours.includes(line)) };
}

async function execute(command, args, cwd, more = {}) {
  const env = { ...process.env, CI: '1', NO_COLOR: '1', FORCE_COLOR: '0', ...more };
  try {
    return await promisify(execFile)(command, args, { cwd, timeout: DEADLINE_MS, env });
  } catch (error) {
    return { stdout: error.stdout ?? '', stderr: error.stderr ?? '', error };
  }
}
