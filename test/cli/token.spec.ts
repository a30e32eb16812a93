import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  command,
  type CommandOutcome,
  startCommand,
  temporaryFolder,
} from '../support/command-line.js';

const folder = temporaryFolder();
const keys = folder.file('issuer.json');
const issuer = startCommand(['issuer', '--port', '0', '--keys', keys, '--json']);
let address: string;
beforeAll(async () => {
  address = (JSON.parse(await issuer.ready) as { issuer: string }).issuer;
});
afterAll(async () => {
  await issuer.stop();
  folder.remove();
});

const FLAGS = [
  ...['--subject', 'bob', '--scope', 'notes:read', 'notes:write', '--audience', 'one', 'two'],
  ...['--client', 'spa', '--expires-in', '60', '--claim', 'tid=acme', '--claim', 'admin=true'],
];

describe.each([
  ['with the kept key', () => ['--keys', keys]],
  ['from the issuer that runs', () => ['--from', address]],
] as const)('token, %s', (_way, source) => {
  it('says what the flags say', async () => {
    const { exitCode, out } = await command(['token', ...source(), ...FLAGS, '--json']);
    expect(exitCode).toBe(0);
    const { token, header, claims } = JSON.parse(out) as {
      token: string;
      header: object;
      claims: { iat: number; exp: number };
    };
    expect(token.split('.')).toHaveLength(3);
    expect(header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(claims).toMatchObject({
      ...{ iss: address, sub: 'bob', scope: 'notes:read notes:write', aud: ['one', 'two'] },
      ...{ client_id: 'spa', tid: 'acme', admin: true },
    });
    expect(claims.exp - claims.iat).toBe(60);
  });

  it('prints the token and nothing else', async () => {
    const { out, err } = await command(['token', ...source()]);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(err).toBe('');
  });
});

describe('token', () => {
  const fails = async (...args: string[]): Promise<Pick<CommandOutcome, 'exitCode' | 'err'>> => {
    const { exitCode, err, out } = await command(['token', ...args]);
    expect(out).toBe('');
    return { exitCode, err };
  };

  it('without a key says how to come by one', async () => {
    expect(await fails('--keys', folder.file('none.json'))).toEqual({
      exitCode: 3,
      err: `${folder.file('none.json')} is not there. Run "npx nestjs-trusted-issuers issuer" once, or name the file with --keys.`,
    });
  });

  it('where nobody answers says so', async () => {
    const { exitCode, err } = await fails('--from', 'http://127.0.0.1:9');
    expect([exitCode, err]).toEqual([
      4,
      'http://127.0.0.1:9/token gives no token: nobody answers there. Is "npx nestjs-trusted-issuers issuer" running?',
    ]);
  });

  it.each([
    [['--from', 'https://login.example.com'], 'Give an address like http://127.0.0.1:4455'],
    [['--expires-in', '0'], 'Give a whole number from 1 to 31536000'],
    [['--claim', 'tid'], 'Give name=value'],
    [['--kind', 'x'], 'Allowed choices are good, expired, not-yet-valid, tampered'],
    [['--subjekt', 'x'], "unknown option '--subjekt'"],
  ])('%j is wrong usage', async (flags, message) => {
    const { exitCode, err } = await fails(...flags);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });
});
