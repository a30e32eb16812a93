// Starts the compiled application of a consumer as a process of its own and talks to it over HTTP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const REALM = 'Bearer realm="api"';
const DEADLINE_MS = 60_000;

/** @param {{ folder: string, adapter: string, issuer: import('../../dist/esm/testing.js').TestIssuer }} subject */
export async function checkStarted({ folder, adapter, issuer }) {
  await withStarted({ folder, file: 'dist/main.js', env: { ADAPTER: adapter } }, async (get) => {
    const good = await get('/notes', issuer.token({ subject: 'bob' }));
    assert.deepEqual(good.body, { caller: 'bob', of: issuer.issuer });
    assert.deepEqual((await get('/notes/about')).body, { about: 'notes' });
    assertRefused(await get('/notes'), 'auth_required', 'Authentication required', REALM);
    for (const [code, message, token] of [
      ['token_expired', 'Access token expired', issuer.expiredToken()],
      ['signature_invalid', 'Access token signature invalid', issuer.tamperedToken()],
      ['audience_invalid', 'Access token audience not accepted', issuer.token({ audience: 'x' })],
      ['token_malformed', 'Access token malformed', 'junk'],
    ]) {
      const challenge = `${REALM}, error="invalid_token", error_description="${message}"`;
      assertRefused(await get('/notes', token), code, message, challenge);
    }
  });
}

/** Runs a file as an application in production, and hands over a way to ask it. */
export async function withStarted({ folder, file, env }, ask) {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: DEADLINE_MS,
  });
  try {
    const url = await addressOf(child);
    await ask(async (path, token) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(url + path, { headers });
      const challenge = answer.headers.get('www-authenticate');
      return { status: answer.status, challenge, body: await answer.json() };
    });
  } finally {
    child.kill();
  }
}

function assertRefused({ status, challenge, body }, code, message, expected) {
  const authenticateHint = REALM;
  assert.equal(status, 401);
  assert.deepEqual(body, { status, error: 'Unauthorized', message, code, authenticateHint });
  assert.equal(challenge, expected);
}

async function addressOf(child) {
  const lines = createInterface({ input: child.stdout });
  const said = [];
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the application did not start:\n${said.join('\n')}`);
  });
  const heard = new Promise((resolve) => {
    lines.on('line', (line) => {
      said.push(line);
      const address = /^listening at (\S+)$/.exec(line)?.[1];
      if (address) resolve(address);
    });
  });
  return Promise.race([heard, ended]);
}
