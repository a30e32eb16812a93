// The command line as the process it is: how it ends, and what becomes of its output.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { MANIFEST, unpackBesidePeers } from './packed.mjs';
import { ROOT } from './steps.mjs';

/** Far longer than any command takes, and far shorter than the handles that are left open here. */
const TIMEOUT_MS = 20_000;
const HANDLE = 'setInterval(() => {}, 60_000);';

describe('The command line', () => {
  let folder;
  let main;
  before(async () => {
    let home;
    ({ folder, home } = await unpackBesidePeers());
    main = join(home, MANIFEST.bin[MANIFEST.name]);
    for (const name of [...Object.keys(MANIFEST.dependencies), '@nestjs/passport', 'passport'])
      linkBeside(folder, name);
  });

  const start = (args, stdout = 'pipe') =>
    spawn(process.execPath, [main, ...args], {
      cwd: folder,
      stdio: ['ignore', stdout, 'pipe'],
      timeout: TIMEOUT_MS,
      env: { ...process.env, NO_COLOR: '1', NODE_ENV: 'test' },
    });

  async function ended(args, stdout) {
    const child = start(args, stdout);
    const said = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
    const [code] = await once(child, 'close');
    const [out, err] = await Promise.all(said);
    return { code, out, err };
  }

  function written(name, content) {
    writeFileSync(join(folder, name), content);
    return name;
  }

  it('says its version', async () => {
    const { code, out } = await ended(['--version']);
    assert.deepEqual([code, out], [0, `${MANIFEST.version}\n`]);
  });

  it('ends although a configuration leaves a handle open, and all of its output arrives', async () => {
    const issuers = Array.from({ length: 2_000 }, (_, index) => ({
      issuer: `https://login${index}.example.com`,
      keys: { secret: 'x'.repeat(32) },
      algorithms: ['HS256'],
    }));
    const config = JSON.stringify({ audience: 'api', issuers });
    const name = written('open.mjs', `${HANDLE} export default ${config}`);
    const { code, out } = await ended(['doctor', '--config', name, '--json']);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).issuers.length, issuers.length);
  });

  for (const [what, source] of [
    ['exports', 'export default new Promise(() => {})'],
    ['gives', 'export default () => new Promise(() => {})'],
    ['waits for', 'export default await new Promise(() => {})'],
  ])
    it(`says so when a configuration ${what} a promise that never settles`, async () => {
      const name = written(`${what.replace(' ', '-')}.mjs`, source);
      const { code, err } = await ended(['doctor', '--config', name]);
      assert.equal(code, 3);
      assert.equal(
        err,
        `${name} can't be read as a configuration: it waits for a promise that never settles\n`,
      );
    });

  for (const [what, failure] of [
    ['throws', 'setImmediate(() => { throw new Error("no database") });'],
    ['rejects', 'Promise.reject(new Error("no database"));'],
  ])
    it(`gives no verdict when what a configuration has begun ${what}`, async () => {
      const config = { audience: 'api', issuers: ['http://127.0.0.1:1'] };
      const name = written(`${what}.mjs`, `${failure} export default ${JSON.stringify(config)}`);
      const { code, out, err } = await ended(['doctor', '--config', name]);
      assert.deepEqual([code, out], [70, '']);
      assert.match(err, /^Thrown where no code waits for it, .*: Error: no database\n/);
    });

  for (const code of [0, 1])
    it(`says so when a configuration ends the process with ${code}`, async () => {
      const name = written(`exit-${code}.mjs`, `process.exit(${code});`);
      const { code: own, out, err } = await ended(['doctor', '--config', name]);
      assert.deepEqual([own, out], [3, '']);
      assert.equal(err, 'The configuration ended the process before there was a result.\n');
    });

  it('says of TypeScript what this Node.js can make of it', async () => {
    const strips = Boolean(process.features.typescript);
    for (const [source, end] of [
      ['enum No { Types }', 'Compile it.'],
      ['throw new Error("no database")', 'no database'],
    ]) {
      const name = written('auth.config.ts', source);
      const { code, err } = await ended(['doctor', '--config', name]);
      assert.equal(code, 3);
      const said = strips ? end : 'Compile it, or use Node.js 22.18 or later.';
      assert.ok(err.endsWith(`${said}\n`), err);
    }
  });

  it('ends quietly, as it would have, when nobody reads on', async () => {
    const child = start(['explain']);
    child.stdout.destroy();
    const [[code], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
    assert.deepEqual([code, err], [0, '']);
  });

  it('says so when its output can’t be written', { skip: !existsSync('/dev/full') }, async () => {
    const { code, err } = await ended(['explain'], openSync('/dev/full', 'w'));
    assert.equal(code, 70);
    assert.match(err, /^The output can't be written: ENOSPC.*\n$/);
  });

  it('the issuer goes on until it is stopped', async () => {
    const child = start(['issuer', '--port', '0', '--json']);
    const [line] = await once(child.stdout, 'data');
    const { jwksUri } = JSON.parse(line);
    assert.equal((await fetch(jwksUri)).status, 200);
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal], [0, null]);
  });
});

/** A link to this repository's own, so that nothing is installed. */
function linkBeside(folder, name) {
  const link = join(folder, 'node_modules', name);
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', name), link, 'dir');
}
