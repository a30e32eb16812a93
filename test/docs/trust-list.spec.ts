import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { DEFAULTS } from '../../src/config/defaults.js';
import { ADAPTERS, startModule } from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';
import { blocksOf, codeRowsOf, readMarkdown, ROOT } from './markdown.js';

const PAGE = readMarkdown('docs/trust-list.md');
const GENERATED = `${ROOT}test/docs/.generated/trust-list/`;

describe('docs/trust-list.md', () => {
  it('states the defaults that are applied', () => {
    const stated = new Map(codeRowsOf(PAGE).map(([name = '', cell = '']) => [name, cell]));
    for (const [name, value] of Object.entries(DEFAULTS.resolveIssuer))
      expect([name, stated.get(name)]).toEqual([name, `\`${value}\``]);
  });
});

describe.each(ADAPTERS)('Issuers from an environment variable on %s', (adapter) => {
  const variables = { ...process.env };
  let module: Type;
  let issuers: readonly TestIssuer[];

  beforeAll(async () => {
    issuers = [await createTestIssuer(), await createTestIssuer({ audience: 'partner-api' })];
    const { name, text } = blocksOf(PAGE).find(({ text: code }) =>
      code.includes('ConfigService'),
    ) as { name: string; text: string };
    mkdirSync(GENERATED, { recursive: true });
    writeFileSync(GENERATED + name, text);
    process.env['API_AUDIENCE'] = 'https://api.example.com';
    ({ ConfiguredModule: module } = (await import(GENERATED + name)) as { ConfiguredModule: Type });
  });
  afterAll(async () => {
    process.env = variables;
    rmSync(GENERATED, { recursive: true });
    await Promise.all(issuers.map((issuer) => issuer.close()));
  });

  const start = (json: unknown): ReturnType<typeof startModule> => {
    process.env['TRUSTED_ISSUERS'] = typeof json === 'string' ? json : JSON.stringify(json);
    return startModule({ adapter, imports: [module], controllers: [NotesController] });
  };

  it('are trusted, each on its terms', async () => {
    const [plain, partner] = issuers as [TestIssuer, TestIssuer];
    const application = await start([plain.issuer, partner.config()]);
    for (const issuer of issuers) {
      expect((await application.get('/notes', issuer.token())).status).toBe(200);
      const other = await application.get('/notes', issuer.token({ audience: 'other' }));
      expect(other.json).toMatchObject({ code: 'audience_invalid' });
    }
    await application.close();
  });

  it('that are faulty stop the start, each named by its path', async () => {
    await expect(
      start(['https://a.example', { issuer: 'https://b.example', audiense: 'x' }]),
    ).rejects.toThrow('issuers[1].audiense: unknown option. Did you mean audience?');
    await expect(start([])).rejects.toThrow('issuers: the list is empty.');
    await expect(start('not JSON')).rejects.toThrow(SyntaxError);
    delete process.env['TRUSTED_ISSUERS'];
  });
});
