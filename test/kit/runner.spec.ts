import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const JEST = [
  ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  ...[`${ROOT}node_modules/jest/bin/jest.js`, '--testPathIgnorePatterns=/node_modules/'],
];
const TIMEOUT_MS = 120_000;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A jest of its own, on the files in fixture/, and what it says. */
function jest(...flags: string[]): { child: ChildProcess; said: () => string } {
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(process.execPath, [...JEST, ...flags], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { child, said: () => Buffer.concat(chunks).toString() };
}

async function ended(...flags: string[]): Promise<{ code: unknown; said: string }> {
  const { child, said } = jest(...flags);
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, said: said() };
}

describe('The kit in jest', () => {
  it(
    'parallel workers: each file has its own issuer',
    async () => {
      const { code, said } = await ended('--maxWorkers=3', 'test/kit/fixture');
      expect(said).toContain('Tests:       3 passed, 3 total');
      // That a worker took longer to end than jest allows is a matter of load; handles are asked for below.
      expect(said).not.toContain('did not exit');
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves no open handle',
    async () => {
      const { code, said } = await ended('--detectOpenHandles', 'test/kit/fixture/one');
      expect(said).toContain('Tests:       1 passed, 1 total');
      expect(said).not.toMatch(/open handle|did not exit/);
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'watch mode: runs again after a change, in the same process',
    async () => {
      const flags = ['--watchAll', '--watchman=false', '--runInBand', 'test/kit/fixture/two'];
      const { child, said } = jest(...flags);
      const runs = async (count: number): Promise<void> => {
        while (said().split('Tests:       1 passed, 1 total').length <= count) {
          await Promise.race([
            once(child.stderr as object as NodeJS.EventEmitter, 'data'),
            once(child, 'exit'),
          ]);
          expect(child.exitCode).toBeNull();
        }
      };
      await runs(1);
      const now = new Date();
      utimesSync(`${ROOT}test/kit/fixture/two.spec.ts`, now, now);
      await runs(2);
      expect(said()).not.toMatch(/\d+ failed|EADDRINUSE/);
    },
    TIMEOUT_MS,
  );
});
