import { afterAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { writeFileSync } from 'node:fs';
import { EXIT_CODES } from '../../src/cli/exit-codes.js';
import { commandLine } from '../../src/cli/program.js';
import { processTerminal } from '../../src/cli/terminal.js';
import { command, temporaryFolder } from '../support/command-line.js';
import { blocksOf, codeRowsOf, readMarkdown } from './markdown.js';

const PAGE = readMarkdown('docs/command-line.md');

const { commands } = commandLine(processTerminal(), () => {});

/** The part of the page about one command. */
function sectionOf(name: string): string {
  return new RegExp(`^## ${name}\n([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(PAGE)?.[1] ?? '';
}

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('docs/command-line.md', () => {
  it('has a section for every command', () => {
    expect(codeRowsOf(PAGE.replaceAll(/\[(`\w+`)\]\(#\w+\)/g, '$1')).map(([name]) => name)).toEqual(
      expect.arrayContaining(commands.map((each) => each.name())),
    );
    for (const each of commands) expect([each.name(), sectionOf(each.name())]).not.toContain('');
  });

  it.each(commands.map((each) => [each.name(), each] as const))(
    '%s: has exactly its flags, in their order, with their defaults',
    async (name, each) => {
      const rows = codeRowsOf(sectionOf(name));
      const flags = [
        ...each.registeredArguments.map((argument) => `[${argument.name()}]`),
        ...each.options.map((option) => option.flags),
      ];
      expect(rows.map(([flag]) => flag)).toEqual(flags);
      for (const { flags: flag, defaultValue, mandatory, description } of each.options) {
        const stated = rows.find(([named]) => named === flag)?.[1] ?? '';
        if (defaultValue !== undefined) expect(stated).toBe(`\`${String(defaultValue)}\``);
        else if (mandatory) expect(stated).toBe('mandatory');
        else {
          const [, told] = /\((?:default|new keys): "?(.*?)"?\)$/.exec(description) ?? [];
          if (told !== undefined) expect(told).toContain(stated.replaceAll('`', ''));
        }
      }
      const { exitCode, out } = await command([name, '--help']);
      expect(exitCode).toBe(0);
      for (const flag of flags) expect(out).toContain(flag);
    },
  );

  it('exit codes are the program’s', async () => {
    const rows = codeRowsOf(PAGE).filter(([code = '']) => /^\d+$/.test(code));
    const codes = Object.values(EXIT_CODES);
    expect(rows).toEqual(codes.map(({ code, meaning }) => [String(code), meaning]));
    const { exitCode, out } = await command(['--help']);
    expect(exitCode).toBe(0);
    for (const { code, meaning } of codes)
      expect(out).toContain(`  ${String(code).padEnd(3)} ${meaning}`);
  });

  it('inspect: shows what the program prints, except for times and sizes', async () => {
    const issuer = await createTestIssuer({ listen: false, issuer: 'http://127.0.0.1:4455' });
    const config = folder.file('config.json');
    const trusted = { issuer: issuer.issuer, keys: { jwks: issuer.jwks } };
    writeFileSync(
      config,
      JSON.stringify({ audience: 'https://api.example.com', issuers: [trusted] }),
    );
    const masked = (text: string): string => text.trim().replaceAll(/\d+/g, '0');
    const printed = async (token: string): Promise<string> =>
      masked((await command(['inspect', '--config', config], { stdin: token })).out);
    const [refused, accepted] = blocksOf(sectionOf('inspect'))
      .filter(({ language }) => language === 'console')
      .map(({ text }) => masked(text));
    expect(await printed(issuer.expiredToken())).toContain(refused);
    const steps = accepted?.split(/^(?=✓)/m) ?? [];
    expect(steps).toHaveLength(2);
    const inspection = await printed(issuer.token({ scopes: ['notes:read'] }));
    for (const step of steps) expect(inspection).toContain(step);
  });
});
