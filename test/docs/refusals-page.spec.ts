import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { startApplication, type TestApplication } from '../support/application.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const GENERATED = generatedFolder('refusals-page');
const BLOCKS = blocksOf(readMarkdown('docs/refusals.md'));

interface Page {
  fetchWithRefresh(
    url: string,
    tokens: { current(): string; refresh(): Promise<string> },
  ): Promise<Response>;
  explanationOf(response: Response): Promise<string>;
  codeOf(json: unknown): string;
}

describe('docs/refusals.md', () => {
  let issuer: TestIssuer;
  let application: TestApplication;
  let page: Page;

  beforeAll(async () => {
    const exported = {};
    // One after the other: jest links modules that are imported at once only half.
    for (const file of ['fetch-with-refresh.ts', 'explain-to-user.ts', 'read-refusal.ts'])
      Object.assign(exported, await importBlock(BLOCKS, GENERATED, file));
    page = exported as Page;
    issuer = await createTestIssuer();
    application = await startApplication({ issuers: [issuer.config()], problemDetails: true });
  });
  afterAll(async () => {
    await Promise.all([application.close(), issuer.close()]);
    rmSync(GENERATED, { recursive: true });
  });

  it.each<readonly [token: string, status: number, refreshes: number]>([
    ['expired', 200, 1],
    ['good', 200, 0],
    ['junk', 401, 0],
  ])('its client, with a token that is %s', async (kind, status, refreshes) => {
    let refreshed = 0;
    const tokens = { expired: issuer.expiredToken(), good: issuer.token(), junk: 'junk' };
    const response = await page.fetchWithRefresh(`${application.url}/notes`, {
      current: () => tokens[kind as keyof typeof tokens],
      refresh: async () => {
        refreshed++;
        return issuer.token();
      },
    });
    expect([response.status, refreshed]).toEqual([status, refreshes]);
  });

  it('its explanations', async () => {
    const ask = (token?: string): Promise<Response> =>
      fetch(`${application.url}/notes`, {
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      });
    expect(await page.explanationOf(await ask())).toBe('Please log in.');
    expect(await page.explanationOf(await ask('junk'))).toBe(
      'Access token malformed. See the manual.',
    );
    expect(page.codeOf(await (await ask()).json())).toBe('log in for Bearer realm="api"');
  });

  it('the answers it shows are what is sent', async () => {
    const [documented, problem] = BLOCKS.filter(({ language }) => language === 'http');
    const token = issuer.expiredToken();
    const answer = await application.get('/notes', token);
    expect(documented?.text).toBe(
      `HTTP/1.1 401 Unauthorized\nWWW-Authenticate: ${answer.challenge}\n\n${answer.text}\n`,
    );
    const asked = await application.call('/notes', {
      headers: [
        ['Accept', 'application/problem+json'],
        ['Authorization', `Bearer ${token}`],
      ],
    });
    expect(problem?.text).toContain(`\n\n${asked.text}\n`);
  });
});
