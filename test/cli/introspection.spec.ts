import { afterAll, describe, expect, it } from '@jest/globals';
import type { TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { writeFileSync } from 'node:fs';
import type { Examination } from '../../src/cli/doctor/issuer-examination.js';
import type { Inspection } from '../../src/cli/inspect/inspection.js';
import { command, temporaryFolder } from '../support/command-line.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { opened } from '../support/opened.js';
import { fail } from '../support/steerable-key-server.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const { keep } = opened();

function configured(issuers: readonly TrustedIssuerConfig[]): string {
  const path = folder.file('config.json');
  writeFileSync(path, JSON.stringify({ audience: 'https://api.example.com', issuers }));
  return path;
}

const asked = async (): Promise<TestIssuer> =>
  keep(await createTestIssuer({ introspection: true }));
const server = async (): Promise<IntrospectionServer> => keep(await IntrospectionServer.start());

describe('inspect, of an opaque token', () => {
  async function inspected(
    token: string,
    config: TrustedIssuerConfig,
    ...flags: string[]
  ): Promise<Inspection & { exitCode: number; steps: readonly { name: string }[] }> {
    const path = configured([config]);
    const { exitCode, out } = await command(['inspect', '--config', path, '--json', ...flags], {
      stdin: token,
    });
    return { exitCode, ...(JSON.parse(out) as Inspection) };
  }
  const outcomes = ({ steps }: Inspection): readonly string[] =>
    steps.map(({ name, outcome }) => `${name} ${outcome}`);

  it('asks no server unless it may', async () => {
    const issuer = await asked();
    const inspection = await inspected(issuer.opaqueToken(), issuer.config());
    expect(inspection).toMatchObject({ exitCode: 4, verdict: 'unknown' });
    expect(outcomes(inspection)).toEqual([
      ...['credentials passed', 'remembered skipped', 'form passed', 'issuer passed'],
      ...['keys skipped', 'signature skipped', 'introspection unknown'],
      ...['claims skipped', 'binding skipped', 'identity skipped'],
    ]);
    expect(issuer.requests).toEqual([]);
  });

  it('shows what its issuer says, and takes the other steps', async () => {
    const issuer = await asked();
    const token = issuer.opaqueToken({ scopes: ['notes:read'] });
    const inspection = await inspected(token, issuer.config(), '--fetch-keys');
    expect(inspection).toMatchObject({
      ...{ exitCode: 0, verdict: 'accepted' },
      introspected: { iss: issuer.issuer, sub: 'alice', scope: 'notes:read' },
      identity: { subject: 'alice', scopes: ['notes:read'] },
    });
    expect(inspection.token).toBeUndefined();
    expect(outcomes(inspection)).toContain('introspection passed');
    issuer.revoke(token);
    const revoked = await inspected(token, issuer.config(), '--fetch-keys');
    expect(revoked).toMatchObject({ exitCode: 1, verdict: 'refused', code: 'token_inactive' });
  });

  it('says by what the answer is refused', async () => {
    const issuer = await asked();
    const token = issuer.opaqueToken({ audience: 'https://other.example' });
    const inspection = await inspected(token, issuer.config(), '--fetch-keys');
    expect(inspection).toMatchObject({ verdict: 'refused', code: 'audience_invalid' });
    expect(JSON.stringify(inspection.steps)).toContain('https://other.example');
  });

  it('of a JWT in the mode always: asks after its signature was verified', async () => {
    const issuer = await asked();
    const config = issuer.config({ introspection: { mode: 'always' } });
    const token = issuer.token({ introspectedOnly: ['sub', 'aud'] });
    const accepted = await inspected(token, config, '--fetch-keys');
    expect(accepted).toMatchObject({ verdict: 'accepted', identity: { subject: 'alice' } });
    const tampered = await inspected(issuer.tamperedToken(), config, '--fetch-keys');
    expect(tampered).toMatchObject({ verdict: 'refused', code: 'signature_invalid' });
    expect(issuer.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('prints it for people', async () => {
    const issuer = await asked();
    const path = configured([issuer.config()]);
    const { out } = await command(['inspect', '--config', path, '--fetch-keys'], {
      stdin: issuer.opaqueToken(),
    });
    expect(out).toContain('What its issuer says');
    expect(out).toContain('✓ introspection its issuer says that it is active');
    expect(out).toContain('It would be accepted.');
  });
});

describe('doctor', () => {
  it('asks every endpoint about a token that was never issued', async () => {
    const issuer = await asked();
    const opaque = await server();
    opaque.answer({ active: false });
    const { introspection } = opaque.config();
    const path = configured([
      issuer.config(),
      opaque.config({ introspection: { ...introspection, tokenPrefix: 'gw_' } }),
    ]);
    const { exitCode, out } = await command(['doctor', '--config', path]);
    expect(exitCode).toBe(0);
    expect(out).toContain(`introspection of ${issuer.issuer}\n  ✓ answers, in `);
    expect(opaque.questions.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(opaque.questions.at(-1)?.form.get('token')).toMatch(/^gw_[\w-]{32}$/);
  });

  it.each([
    [
      'refuses our credentials',
      fail(401),
      'refuses the credentials',
      'Is this API registered there',
    ],
    ['is not there', fail(404), 'status 404', 'There is nothing at that address'],
    ['is a page', () => 'page', 'not a JSON object', 'Open http'],
  ] as const)('says what is wrong, and what to do: %s', async (_what, answered, fault, remedy) => {
    const opaque = await server();
    opaque.answer(answered.length === 0 ? 'page' : (answered as ReturnType<typeof fail>));
    const path = configured([opaque.config()]);
    const { exitCode, out } = await command(['doctor', '--config', path, '--json']);
    const { issuers } = JSON.parse(out) as { issuers: readonly Examination[] };
    expect(exitCode).toBe(1);
    expect(issuers[0]).toMatchObject({
      works: false,
      introspection: {
        works: false,
        faults: [expect.stringContaining(fault)],
        remedy: expect.stringContaining(remedy),
      },
    });
    expect(out).not.toContain('the secret of this API');
  });
});
