import { afterAll, describe, expect, it } from '@jest/globals';
import type { TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { ADAPTERS, startApplication } from '../support/application.js';
import { forge, goodClaims, hmac } from '../support/forgery.js';
import { opened } from '../support/opened.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const GENERATED = generatedFolder('presets');
const { keep } = opened();
afterAll(() => rmSync(GENERATED, { recursive: true }));

describe.each(ADAPTERS)('The recipe of docs/presets.md for Feathers, on %s', (adapter) => {
  it('takes a token as Feathers makes it', async () => {
    const secret = (process.env['FEATHERS_SECRET'] ??= randomBytes(32).toString('base64'));
    const blocks = blocksOf(readMarkdown('docs/presets.md'));
    const { feathers } = (await importBlock(blocks, GENERATED, 'feathers.ts')) as unknown as {
      feathers: TrustedIssuerConfig;
    };
    const { get } = keep(await startApplication({ issuers: [feathers] }, { adapter }));
    const token = (aud: string, typ = 'access'): string =>
      forge({ alg: 'HS256', typ }, { ...goodClaims('feathers'), aud }, hmac('sha256', secret));
    expect((await get('/notes', token('https://yourdomain.com'))).status).toBe(200);
    for (const other of [
      token('https://other.example'),
      token('https://yourdomain.com', 'refresh'),
    ])
      expect((await get('/notes', other)).status).toBe(401);
  });
});
