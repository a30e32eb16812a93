import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { AuthModule } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { EXCEPTIONS } from '../../src/core/refusals/exception-of.js';
import { REFUSALS } from '../../src/core/refusals/refusal-table.js';
import { ADAPTERS, startModule, type TestApplication } from '../support/application.js';
import { exchangesIn } from './curl-exchanges.js';
import { blocksOf, readMarkdown, ROOT } from './markdown.js';

const README = readMarkdown('README.md');
const BLOCKS = blocksOf(README);
const GENERATED = `${ROOT}test/docs/.generated/readme/`;

beforeAll(() => {
  mkdirSync(GENERATED, { recursive: true });
});
afterAll(() => rmSync(GENERATED, { recursive: true }));

describe('README', () => {
  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readMarkdown('package.json')) as { scripts: object };
    const commands = BLOCKS.filter(({ language }) => language === 'sh').flatMap(({ text }) => [
      ...text.matchAll(/npm (?:run )?(start|test|[\w:]+)(?= |$)/gm),
    ]);
    const named = commands
      .map(([, name]) => name)
      .filter((name) => name !== 'ci' && name !== 'install');
    expect(named.toSorted()).toEqual(['start', 'test']);
    for (const name of named) expect(scripts).toHaveProperty([name as string]);
  });

  it('has at most 1,200 words', () => {
    expect(README.split(/\s+/).length).toBeLessThanOrEqual(1_200);
  });

  it('the refusal table of docs/refusals.md is the code’s', async () => {
    const { withRefusalTable } = (await import(`${ROOT}scripts/refusal-table.mjs`)) as {
      withRefusalTable(
        markdown: string,
        refusals: typeof REFUSALS,
        exceptions: typeof EXCEPTIONS,
      ): string;
    };
    const page = readMarkdown('docs/refusals.md');
    expect(page).toBe(withRefusalTable(page, REFUSALS, EXCEPTIONS));
  });

  it('the faults that docs/running.md shows are what the validator says', async () => {
    const blocks = blocksOf(readMarkdown('docs/running.md'));
    const shown = blocks.find(({ text }) => text.startsWith('The configuration of'))?.text ?? '';
    const issuers = [
      'https://login.example.com',
      { issuer: 'https://partner.example', audience: 'a', clockTolerance: 5 },
    ];
    const starting = startModule({ imports: [AuthModule.forRoot({ issuers } as never)] });
    await expect(starting).rejects.toThrow(shown.trim());
  });
});

describe.each(ADAPTERS)('The README’s first screen on %s', (adapter) => {
  const NAMES = ['https://login.example.com', 'https://partner.example'] as const;
  const issuers: TestIssuer[] = [];
  let application: TestApplication;

  beforeAll(async () => {
    issuers.push(await createTestIssuer({ algorithm: 'RS256' }));
    issuers.push(await createTestIssuer({ audience: 'partner-api' }));
    const directory = `${GENERATED}${adapter}/`;
    mkdirSync(directory, { recursive: true });
    for (const { name, text } of BLOCKS.slice(0, 4).filter(({ language }) => language === 'ts'))
      writeFileSync(
        directory + name,
        // Only the addresses are changed: to issuers that can be reached here.
        NAMES.reduce((code, origin, i) => code.replaceAll(origin, issuers[i]?.issuer ?? ''), text),
      );
    const { AppModule } = (await import(`${directory}app.module.ts`)) as { AppModule: Type };
    application = await startModule({ adapter, imports: [AppModule] });
  });
  afterAll(async () => {
    await application.close();
    await Promise.all(issuers.map((issuer) => issuer.close()));
  });

  it('the partner’s token is let in as well', async () => {
    expect((await application.get('/notes', issuers[1]?.token())).status).toBe(200);
    expect((await application.get('/notes/about')).json).toEqual({ about: 'notes' });
  });

  it('every curl command answers as shown', async () => {
    const exchanges = exchangesIn(BLOCKS);
    expect(exchanges.length).toBe(3);
    const tokens = { TOKEN: issuers[0]?.token(), EXPIRED_TOKEN: issuers[0]?.expiredToken() };
    for (const { path, variable, status, challenge, body } of exchanges) {
      const answer = await application.get(path, tokens[variable as keyof typeof tokens]);
      expect(status).toContain(` ${answer.status} `);
      expect(answer.challenge).toBe(challenge);
      expect(answer.text).toBe(body.replace(NAMES[0], issuers[0]?.issuer ?? ''));
    }
  });
});
