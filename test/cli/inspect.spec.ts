import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { writeFileSync } from 'node:fs';
import type { Inspection } from '../../src/cli/inspect/inspection.js';
import { command, type CommandOutcome, temporaryFolder } from '../support/command-line.js';

const folder = temporaryFolder();
let local: TestIssuer;
let remote: TestIssuer;
let config: string;
beforeAll(async () => {
  local = await createTestIssuer({ listen: false, issuer: 'https://login.example.com/' });
  remote = await createTestIssuer({ algorithm: 'RS256' });
  config = folder.file('config.json');
  const trusted = {
    issuer: local.issuer,
    keys: { jwks: local.jwks },
    clientIds: ['test-client'],
    algorithms: ['ES256'],
  };
  const content = { audience: 'https://api.example.com', issuers: [trusted, remote.issuer] };
  writeFileSync(config, JSON.stringify(content));
});
afterAll(async () => {
  await remote.close();
  folder.remove();
});

const inspect = (token: string, ...flags: string[]): Promise<CommandOutcome> =>
  command(['inspect', '--config', config, ...flags], { stdin: token });

async function inspected(
  token: string,
  ...flags: string[]
): Promise<Inspection & { exitCode: number }> {
  const { exitCode, out } = await inspect(token, '--json', ...flags);
  return { exitCode, ...(JSON.parse(out) as Inspection) };
}

describe('inspect', () => {
  it.each([
    ['the token', (token: string) => token],
    ['a scheme before it', (token: string) => `Bearer ${token}\n`],
    ['a whole header line', (token: string) => `Authorization: bearer ${token}\n`],
  ])('explains a good one, given %s', async (_form, given) => {
    const inspection = await inspected(given(local.token()));
    expect(inspection).toMatchObject({ exitCode: 0, verdict: 'accepted' });
    expect(inspection.identity).toMatchObject({ subject: 'alice', issuer: local.issuer });
    expect(inspection.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      ...['credentials passed', 'remembered skipped', 'form passed', 'issuer passed'],
      ...['keys passed', 'signature passed', 'claims passed', 'binding passed', 'identity passed'],
    ]);
    expect(remote.requests).toEqual([]);
  });

  it('shows accepted and actual audience, scopes and roles in its text', async () => {
    const claims = { roles: ['editor', 'admin'] };
    const token = local.token({ scopes: ['notes:read', 'notes:write'], claims });
    const { out } = await inspect(token);
    expect(out).toContain(
      '"aud" is "https://api.example.com"; accepted: "https://api.example.com"',
    );
    expect(out).toContain(
      'scopes: "notes:read", "notes:write", looked for in scope, scp, permissions',
    );
    expect(out).toContain('roles: "editor", "admin", looked for in roles, groups, realm_access');
    expect((await inspect(local.token())).out).toContain('scopes: none, looked for in scope');

    const path = folder.file('limited.mjs');
    const terms = {
      issuer: local.issuer,
      keys: { jwks: local.jwks },
      audience: null,
      clientIds: ['test-client'],
      mayGrant: { roles: ['editor'] },
      scopeImplies: { a: ['b'] },
    };
    const mapping = 'identity: { scopes: () => ["a"] }';
    writeFileSync(
      path,
      `export default { issuers: [{ ...${JSON.stringify(terms)}, ${mapping} }] }`,
    );
    const limited = await command(['inspect', '--config', path], { stdin: token });
    expect(limited.out).toContain('accepted: any (audience: null)');
    expect(limited.out).toContain(
      'scopes: "a", "b", looked for in the function identity.scopes; implied by scopeImplies: "b"',
    );
    expect(limited.out).toMatch(/roles: "editor", looked for .*; left out by mayGrant: "admin"/);
  });

  it('shows what is required of a claim, and what it is', async () => {
    const path = folder.file('required.json');
    const requiredClaims = { plan: ['gold', 'silver'] };
    const terms = { issuer: local.issuer, keys: { jwks: local.jwks }, requiredClaims };
    writeFileSync(path, JSON.stringify({ audience: 'https://api.example.com', issuers: [terms] }));
    const stdin = local.token({ claims: { plan: 'lead' } });
    const { out } = await command(['inspect', '--config', path], { stdin });
    expect(out).toContain('the required claim "plan" is not as configured: it is another');
    expect(out).toContain('expected: "gold", "silver"');
    expect(out).toContain('"plan" is "lead"');
  });

  it('takes it as an argument too', async () => {
    const { exitCode, out } = await command(['inspect', local.token(), '--config', config]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/\nIt would be accepted\.$/);
  });

  const refusals: [string, string, string, string, () => string][] = [
    ['nothing', 'credentials', 'auth_required', 'no token was given', () => '  '],
    [
      'two words',
      'form',
      'token_malformed',
      'more than one word where a token should be',
      () => 'aaa bbb',
    ],
    ['an opaque one', 'form', 'token_malformed', 'an opaque token', () => 'KBSxkmG-OcpA6-cg'],
    [
      'a slash too few',
      'issuer',
      'issuer_untrusted',
      'It differs from "https://login.example.com/" in a trailing slash, and that makes it another issuer.',
      () => local.token({ claims: { iss: 'https://login.example.com' } }),
    ],
    [
      'another algorithm',
      'keys',
      'signature_invalid',
      '"alg" is "HS256"; accepted: "ES256"',
      () => local.token({ header: { alg: 'HS256' } }),
    ],
    [
      'another type',
      'keys',
      'claims_invalid',
      '"typ" is "logout+jwt"',
      () => local.token({ type: 'logout+jwt' }),
    ],
    [
      'an unknown key',
      'keys',
      'signature_invalid',
      '"kid" is "unknown"',
      () => local.token({ kid: 'unknown' }),
    ],
    [
      'an unknown key and expired',
      'keys',
      'token_expired',
      'the key is no longer in the set',
      () => local.expiredToken({ kid: 'unknown' }),
    ],
    [
      'a bad signature',
      'signature',
      'signature_invalid',
      'does not verify',
      () => local.tamperedToken(),
    ],
    ['expired', 'claims', 'token_expired', 'now it is 20', () => local.expiredToken()],
    [
      'not yet valid',
      'claims',
      'token_not_active',
      'Do the clocks agree?',
      () => local.notYetValidToken(),
    ],
    [
      'another audience',
      'claims',
      'audience_invalid',
      '"aud" is "other"; accepted: "https://api.example.com"',
      () => local.token({ audience: 'other' }),
    ],
    [
      'another client',
      'claims',
      'claims_invalid',
      'the client is "other"; accepted: "test-client"',
      () => local.token({ clientId: 'other' }),
    ],
    [
      'no subject',
      'identity',
      'claims_invalid',
      'no subject in',
      () => local.token({ claims: { sub: undefined } }),
    ],
  ];
  it.each(refusals)(
    '%s: refused at the step “%s” with %s',
    async (_name, step, code, detail, token) => {
      const inspection = await inspected(token());
      expect(inspection).toMatchObject({ exitCode: 1, verdict: 'refused', code });
      const refused = inspection.steps.find(({ outcome }) => outcome === 'refused');
      expect(refused).toMatchObject({ name: step, code });
      expect(refused?.details.join('\n')).toContain(detail);
      const names = inspection.steps.map(({ name }) => name as string);
      for (const later of inspection.steps.slice(names.indexOf(step) + 1))
        expect(later).toMatchObject({ outcome: 'skipped', details: ['not reached'] });
      expect(inspection).not.toHaveProperty('identity');
      const { out } = await inspect(token());
      expect(out).toMatch(new RegExp(`It would be refused at the step “${step}”: 401 ${code}, “`));
    },
  );

  it('without --fetch-keys nothing is fetched, and claims are checked all the same', async () => {
    const good = await inspected(remote.token());
    expect(good).toMatchObject({ exitCode: 4, verdict: 'unknown' });
    expect(good).not.toHaveProperty('identity');
    expect(good.steps[4]).toMatchObject({ outcome: 'unknown' });
    const expired = await inspect(remote.expiredToken());
    expect(expired.exitCode).toBe(4);
    expect(expired.out).toContain(
      'The signature was not checked. If it is good, the token would be refused at the step “claims”: 401 token_expired',
    );
    expect(remote.requests).toEqual([]);
  });

  it('with --fetch-keys the issuer’s keys are, and nothing else', async () => {
    expect(await inspected(remote.token(), '--fetch-keys')).toMatchObject({ verdict: 'accepted' });
    expect(await inspected(remote.tamperedToken(), '--fetch-keys')).toMatchObject({
      exitCode: 1,
      code: 'signature_invalid',
    });
    expect(new Set(remote.requests.map(({ path }) => path))).toEqual(
      new Set(['/.well-known/openid-configuration', '/jwks']),
    );
    remote.goDown();
    const unavailable = await inspect(remote.token(), '--fetch-keys');
    remote.comeBack();
    expect(unavailable.exitCode).toBe(4);
    expect(unavailable.out).toContain('(status 503)');
    expect(unavailable.out).toContain(`It can’t be told: no keys. Nothing else is wrong with it.`);
    expect(unavailable.progress).toContain('Fetching keys');
  });

  it('without --fetch-keys resolveIssuer is not asked', async () => {
    const path = folder.file('resolver.mjs');
    writeFileSync(
      path,
      `export default { audience: 'https://api.example.com', resolveIssuer: {
        origins: ['https://login.example.com'],
        resolve: () => (${JSON.stringify(local.config({ keys: { jwks: local.jwks } }))}),
      } };`,
    );
    const args = ['inspect', '--config', path];
    const offline = await command(args, { stdin: local.token() });
    expect([offline.exitCode, offline.out]).toEqual([
      4,
      expect.stringContaining('resolveIssuer was not asked; allow it with --fetch-keys'),
    ]);
    const online = await command([...args, '--fetch-keys'], { stdin: local.token() });
    expect([online.exitCode, online.err]).toEqual([0, '']);
  });

  it('never prints the token, and nothing that moves a terminal', async () => {
    const subject = 'evil\u001B[2J\u009B31m\u202Egnp';
    for (const token of [local.token({ subject }), remote.token({ subject })])
      for (const coloured of [true, false]) {
        const outcome = await command(['inspect', '--config', config], { stdin: token, coloured });
        const printed = outcome.out + outcome.err + outcome.progress;
        for (const segment of token.split('.')) expect(printed).not.toContain(segment);
        const uncoloured = printed.replaceAll(/.\[\d+m/g, (code) =>
          code.startsWith('\u001B') ? '' : code,
        );
        for (const character of ['\u001B', '\u009B', '\u202E'])
          expect(uncoloured).not.toContain(character);
        expect(printed.includes('\u001B[')).toBe(coloured);
      }
    const misplaced = await command([local.token()]);
    expect([misplaced.exitCode, misplaced.err]).toEqual([2, "error: unknown command '(a token)'"]);
  });

  it.each([
    ['mjs', (text: string) => `export default ${text}`],
    ['mjs', (text: string) => `export const config = async () => (${text})`],
  ])('reads the configuration from an ES module (.%s)', async (ending, source) => {
    const path = folder.file(`${Math.random()}.${ending}`);
    const text = JSON.stringify({ issuers: [local.config({ keys: { jwks: local.jwks } })] });
    writeFileSync(path, source(text));
    const { exitCode } = await command(['inspect', '--config', path], { stdin: local.token() });
    expect(exitCode).toBe(0);
  });

  it.each([
    ['none.json', undefined, /can't be read as a configuration: ENOENT/],
    ['half.json', '{', /can't be read as a configuration: it is not JSON(: see position 1.*)?$/],
    ['bare.json', '{"secret":Sup3r-S3cret}', /can't be read as a configuration: it is not JSON$/],
    [
      'parses.mjs',
      `JSON.parse('{"secret":Sup3r-S3cret}')`,
      /can't be read as a configuration: something that it reads is not JSON$/,
    ],
    ['empty.mjs', 'export {}', /it exports neither a default nor "config"/],
    ['faulty.json', '{"issuers":["https://a.example"]}', /issuers\[0\]\.audience/],
    ['null.json', 'null', /The configuration of AuthModule has a fault/],
  ])('a configuration that can’t be used: %s', async (name, content, message) => {
    if (content !== undefined) writeFileSync(folder.file(name), content);
    const args = ['inspect', '--config', folder.file(name)];
    const { exitCode, err } = await command(args, { stdin: local.token() });
    expect(exitCode).toBe(3);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/Sup3r|S3cr/);
  });

  it('a byte order mark before the JSON is no fault', async () => {
    const path = folder.file('marked.json');
    const trusted = local.config({ keys: { jwks: local.jwks }, http: {} });
    const { http: _fetch, ...plain } = trusted;
    writeFileSync(path, `\uFEFF${JSON.stringify({ issuers: [plain] })}`);
    const { exitCode, err } = await command(['inspect', '--config', path], {
      stdin: local.token(),
    });
    expect([exitCode, err]).toEqual([0, '']);
  });
});
