import { expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Suite } from './suite.js';

const CALLS = [
  ['valid', 200, '"subject"'],
  ['expired', 401, 'token_expired'],
  ['no token', 401, 'auth_required'],
] as const;

// A proxy of this machine's is not what is to be checked.
const options = {
  env: { ...process.env, NO_PROXY: '*', no_proxy: '*' },
  // curl shows its progress on standard error.
  stdio: 'pipe',
} as const;

/** What the copy buttons put on the clipboard, run. */
export const copies: Suite = (scene) => {
  it.each(CALLS)('curl, %s: %i', async (token, status, word) => {
    const output = execFileSync('/bin/sh', ['-c', await copied('curl', token)], options).toString();
    expect(output).toContain(`HTTP/1.1 ${status} `);
    expect(output).toContain(word);
  });

  it.each(CALLS)('fetch, %s: %i', async (token, status, word) => {
    const output = execFileSync(
      process.execPath,
      ['--input-type=module', '-e', await copied('fetch', token)],
      options,
    ).toString();
    expect(output).toContain(`${status} `);
    expect(output).toContain(word.replaceAll('"', ''));
  });

  it.each(CALLS)('Python requests, %s: %i', async (token, status, word) => {
    const directory = mkdtempSync(join(tmpdir(), 'copied-'));
    try {
      const file = join(directory, 'call.py');
      writeFileSync(file, await copied('Python requests', token));
      if (!hasRequests()) {
        execFileSync('python3', ['-m', 'py_compile', file]);
        console.warn('NOT RUN, only compiled: the Python copy. There is no requests for python3.');
        return;
      }
      const output = execFileSync('python3', [file], options).toString();
      expect(output).toContain(`${status} `);
      expect(output).toContain(word.replaceAll('"', ''));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  async function copied(name: string, token: string): Promise<string> {
    const { sample, context } = scene();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await sample.send({ token });
    await sample.press(`Copy ${name}`);
    const head = sample.page.locator('.head', {
      has: sample.page.getByRole('button', { name: `Copy ${name}` }),
    });
    expect(await head.getByRole('status').innerText()).toBe(`${name} copied.`);
    return sample.page.evaluate(() => navigator.clipboard.readText());
  }
};

/** Whether python3 has the package that the copy imports. */
function hasRequests(): boolean {
  return (
    spawnSync('python3', [
      '-c',
      'import importlib.util as u, sys; sys.exit(not u.find_spec("requests"))',
    ]).status === 0
  );
}
