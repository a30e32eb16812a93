import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { startApplication } from '../support/application.js';
import {
  command,
  type CommandOutcome,
  type RunningCommand,
  startCommand,
  temporaryFolder,
} from '../support/command-line.js';
import { send } from '../support/http.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const running: RunningCommand[] = [];
afterEach(async () => {
  for (const issuer of running.splice(0)) await issuer.stop();
});

interface Ready {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly page: string;
  stop(): Promise<CommandOutcome>;
}

async function start(keys: string, ...flags: string[]): Promise<Ready> {
  const issuer = startCommand(['issuer', '--port', '0', '--keys', keys, '--json', ...flags]);
  running.push(issuer);
  return { ...(JSON.parse(await issuer.ready) as Ready), stop: () => issuer.stop() };
}

const form = (fields: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams(fields).toString(),
});

describe('issuer', () => {
  it('mints tokens that an application which trusts it accepts', async () => {
    const { issuer } = await start(folder.file('a/issuer.json'));
    const application = await startApplication({
      audience: 'https://api.example.com',
      issuers: [issuer],
    });
    const answer = await send(`${issuer}/token`, form({ subject: 'bob', scope: 'a b' }));
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'a b' });
    expect(answer.headers['cache-control']).toBe('no-store');
    const { access_token: token } = answer.json as { access_token: string };
    expect((await application.get('/notes', token)).json).toMatchObject({ subject: 'bob' });
    for (const [kind, code] of [
      ['expired', 'token_expired'],
      ['not-yet-valid', 'token_not_active'],
      ['tampered', 'signature_invalid'],
    ] as const) {
      const { json } = await send(`${issuer}/token`, form({ kind }));
      const bad = (json as { access_token: string }).access_token;
      expect((await application.get('/notes', bad)).json).toMatchObject({ code });
    }
    await application.close();
  });

  it('keeps its key between runs, in a file for its owner alone, out of the repository', async () => {
    const keys = folder.file('kept/issuer.json');
    const first = await start(keys);
    const before = (await send(first.jwksUri)).text;
    expect(await first.stop()).toMatchObject({ exitCode: 0 });
    expect(statSync(keys).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${dirname(keys)}/.gitignore`, 'utf8')).toBe('*\n');
    const second = await start(keys);
    expect((await send(second.jwksUri)).text).toBe(before);
    expect(before).not.toContain('"d"');
  });

  it.each(['RS256', 'PS384', 'ES512', 'EdDSA'])('keeps a key for %s', async (algorithm) => {
    const keys = folder.file(`${algorithm}.json`);
    await (await start(keys, '--algorithm', algorithm, '--audience', 'my-api')).stop();
    const minted = await command(['token', '--keys', keys, '--json']);
    expect(JSON.parse(minted.out)).toMatchObject({
      header: { alg: algorithm },
      claims: { aud: 'my-api' },
    });
    const other = await command(['issuer', '--port', '0', '--keys', keys, '--algorithm', 'ES256']);
    expect([other.exitCode, other.err]).toEqual([
      3,
      algorithm === 'ES256'
        ? ''
        : `The key in ${keys} is for ${algorithm}. Delete the file, or name another with --keys.`,
    ]);
  });

  it('refuses to start in production, and so does token', async () => {
    for (const name of ['issuer', 'token']) {
      const args = [name, '--keys', folder.file('production.json')];
      const outcome = await command(args, { env: { NODE_ENV: 'production' } });
      expect([outcome.exitCode, outcome.err]).toEqual([
        3,
        'NODE_ENV is "production": a development issuer gives anyone any token and does not run there.',
      ]);
    }
    expect(existsSync(folder.file('production.json'))).toBe(false);
  });

  it('says so when the port is taken', async () => {
    const { issuer } = await start(folder.file('a/issuer.json'));
    const args = ['issuer', '--port', new URL(issuer).port, '--keys', folder.file('b.json')];
    const outcome = await command(args);
    expect([outcome.exitCode, outcome.err]).toEqual([
      3,
      `Port ${new URL(issuer).port} is not available (EADDRINUSE). Stop what listens there, or choose another with --port.`,
    ]);
  });

  it.each(['', '{}', '{"issuer":"x","audience":"y","key":{"kty":"EC","d":"c2VjcmV0"}}'])(
    'a key file that is none is not overwritten: %s',
    async (content) => {
      const keys = folder.file('broken.json');
      writeFileSync(keys, content, { mode: 0o600 });
      const outcome = await command(['issuer', '--port', '0', '--keys', keys]);
      expect([outcome.exitCode, outcome.err]).toEqual([
        3,
        `${keys} holds no kept issuer. Delete it to begin with new keys.`,
      ]);
      expect(readFileSync(keys, 'utf8')).toBe(content);
    },
  );

  it('a key file that others can read is refused', async () => {
    const keys = folder.file('open.json');
    await (await start(keys)).stop();
    chmodSync(keys, 0o644);
    const outcome = await command(['token', '--keys', keys]);
    expect([outcome.exitCode, outcome.err]).toEqual([
      3,
      `${keys} can be read by others. Run: chmod 600 ${JSON.stringify(keys)}`,
    ]);
  });

  it('a folder is no key file', async () => {
    chmodSync(folder.file('.'), 0o755);
    for (const args of [['token'], ['issuer', '--port', '0']]) {
      const outcome = await command([...args, '--keys', folder.file('.')]);
      expect([outcome.exitCode, outcome.err]).toEqual([
        3,
        `${folder.file('.')} is not a file. Name one with --keys.`,
      ]);
    }
  });

  it('a key file that can’t be written: which, and why', async () => {
    const keys = folder.file('dangling.json');
    symlinkSync(folder.file('no-folder/issuer.json'), keys);
    const outcome = await command(['issuer', '--port', '0', '--keys', keys]);
    expect([outcome.exitCode, outcome.err]).toEqual([
      3,
      expect.stringContaining(`${keys} can't be written: ENOENT`),
    ]);
  });

  it('an algorithm that this Node.js lacks: what to do, and no stack', async () => {
    const keys = folder.file('ml-dsa.json');
    const args = ['issuer', '--port', '0', '--keys', keys, '--algorithm', 'ML-DSA-44'];
    const { exitCode, err } = await command(args);
    if (exitCode === 0) return;
    expect([exitCode, err]).toEqual([
      3,
      `ML-DSA-44 is not supported by node:crypto of Node.js ${process.version}; use a newer Node.js or choose another algorithm`,
    ]);
  });

  it('says where to find it, and what to keep out of a repository', async () => {
    const keys = folder.file('loose.json');
    const issuer = startCommand(['issuer', '--port', '0', '--keys', keys]);
    const said = await issuer.ready;
    expect(said).toMatch(/^Development issuer, ready\. Trust it as: http:\/\/127/);
    expect(said).toContain(` token --subject alice --keys ${keys}\n`);
    expect((await issuer.stop()).err).toBe(`${keys} holds a private key: add it to .gitignore.`);
  });
});

describe('The page', () => {
  it('needs no script and nothing from elsewhere, and can’t be framed', async () => {
    const { page } = await start(folder.file('a/issuer.json'));
    const { status, headers, text } = await send(page);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(text).not.toMatch(
      /<script|style=| on\w+=|https?:\/\/(?!127\.0\.0\.1|api\.example\.com)/,
    );
    const style = await send(`${page}style.css`);
    expect(style.headers['content-type']).toBe('text/css');
    expect(style.text).toContain('color-scheme: light dark');
    // Every field has a label, so that it can be used without seeing or pointing.
    for (const [, id] of text.matchAll(/<(?:input|textarea|select) id="(\w+)"/g))
      expect(text).toContain(`<label for="${id}">`);
  });

  it('mints, shows the claims, and keeps what was typed', async () => {
    const { page } = await start(folder.file('a/issuer.json'));
    const fields = { subject: 'O\'Neil "<b>"', claims: '{"roles":["<i>"]}', expires_in: '60' };
    const { status, text } = await send(page, form(fields));
    expect(status).toBe(200);
    expect(text).toMatch(/readonly autofocus spellcheck="false">[\w-]+\.[\w-]+\.[\w-]+</);
    expect(text).toContain('value="O&#39;Neil &quot;&lt;b>&quot;"');
    expect(text).toContain('&quot;&lt;i>&quot;');
    expect(text).not.toMatch(/<[bi]>/);
  });

  it.each([
    [{ claims: '[]' }, 'claims must be a JSON object'],
    [{ claims: '{' }, 'claims must be JSON'],
    [{ expires_in: '0' }, 'expires_in must be whole seconds from 1 to 31536000'],
    [{ kind: 'x' }, 'kind must be one of good, expired, not-yet-valid, tampered'],
  ])('says what is wrong: %j', async (fields, fault) => {
    const { page, issuer } = await start(folder.file('a/issuer.json'));
    const shown = await send(page, form(fields as Record<string, string>));
    expect([shown.status, shown.text.includes(`role="alert">${fault}<`)]).toEqual([400, true]);
    const told = await send(`${issuer}/token`, form(fields as Record<string, string>));
    expect([told.status, told.json]).toEqual([
      400,
      { error: 'invalid_request', error_description: fault },
    ]);
  });

  it('refuses JSON, whose subject it would not see', async () => {
    const { issuer } = await start(folder.file('a/issuer.json'));
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ subject: 'bob' }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        error: 'invalid_request',
        error_description: 'send the fields as a form: application/x-www-form-urlencoded',
      },
    ]);
    // Without a body there is nothing that could be missed.
    expect((await fetch(`${issuer}/token`, { method: 'POST' })).status).toBe(200);
  });

  it('answers to its own name alone, and to no form of another page', async () => {
    const { page } = await start(folder.file('a/issuer.json'));
    const { host, port } = new URL(page);
    const status = async (headers: [string, string][]): Promise<number> => {
      const answer = await fetch(page, { method: 'POST', headers });
      return answer.status;
    };
    expect(await status([['Origin', `http://${host}`]])).toBe(200);
    expect(await status([['Origin', `http://localhost:${port}`]])).toBe(200);
    expect(await status([['Origin', 'https://evil.example']])).toBe(421);
    expect(await status([['Origin', 'null']])).toBe(421);
    const rebound = await new Promise<number | undefined>((resolve, reject) => {
      request(page, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(rebound).toBe(421);
  });

  it('refuses a form larger than any of ours', async () => {
    const { page, issuer } = await start(folder.file('a/issuer.json'));
    const body = `claims=${'x'.repeat(100_000)}`;
    for (const url of [page, `${issuer}/token`]) {
      // The connection may break before all was sent; nothing is minted either way.
      const answer = await send(url, { method: 'POST', body }).catch(() => undefined);
      expect([undefined, 413]).toContain(answer?.status);
    }
    expect((await send(page)).status).toBe(200);
  });
});
