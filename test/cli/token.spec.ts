import { describe, expect, it } from '@jest/globals';
import { startApplication } from '../support/application.js';
import { command, type CommandOutcome } from '../support/command-line.js';
import { issuerCommand } from '../support/issuer-command.js';

const issuer = issuerCommand();

const FLAGS = [
  ...['--subject', 'bob', '--scope', 'notes:read', 'notes:write', '--audience', 'one', 'two'],
  ...['--client', 'spa', '--expires-in', '60', '--claim', 'tid=acme', '--claim', 'admin=true'],
];

describe.each([
  ['with the kept key', () => ['--keys', issuer.keys]],
  ['from the issuer that runs', () => ['--from', issuer.address]],
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
      ...{ iss: issuer.address, sub: 'bob', scope: 'notes:read notes:write', aud: ['one', 'two'] },
      ...{ client_id: 'spa', tid: 'acme', admin: true },
    });
    expect(claims.exp - claims.iat).toBe(60);
  });

  it('binds it to a key and makes a proof, which an API accepts', async () => {
    const api = await startApplication({
      issuers: [{ issuer: issuer.address, audience: 'https://api.example.com' }],
      dpop: { mode: 'required', origin: 'https://api.example.com' },
    });
    const url = 'https://api.example.com/notes?page=1';
    const { out } = await command(['token', ...source(), '--dpop', url]);
    const headers = out.split('\n').map((line) => line.split(': ') as [string, string]);
    expect(headers.map(([name]) => name)).toEqual(['Authorization', 'DPoP']);
    expect(await api.call('/notes', { headers })).toMatchObject({ status: 200 });
    expect(await api.call('/notes', { headers })).toMatchObject({ status: 401 });
    const flags = ['--dpop', url, '--method', 'POST', '--nonce', 'n', '--json'];
    const { token, proof, claims } = JSON.parse(
      (await command(['token', ...source(), ...flags])).out,
    ) as { token: string; proof: string; claims: { cnf: { jkt: string } } };
    expect(token.split('.')).toHaveLength(3);
    expect(claims.cnf.jkt).toMatch(/^[\w-]{43}$/);
    const [, payload = ''] = proof.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      ...{ htm: 'POST', htu: 'https://api.example.com/notes', nonce: 'n' },
    });
    await api.close();
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
    expect(await fails('--keys', issuer.file('none.json'))).toEqual({
      exitCode: 3,
      err: `${issuer.file('none.json')} is not there. Run "npx nestjs-trusted-issuers issuer" once, or name the file with --keys.`,
    });
  });

  it('where no server answers says so', async () => {
    const { exitCode, err } = await fails('--from', 'http://127.0.0.1:9');
    expect([exitCode, err]).toEqual([
      4,
      'http://127.0.0.1:9/token gives no token: no server answers there. Is "npx nestjs-trusted-issuers issuer" running?',
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
