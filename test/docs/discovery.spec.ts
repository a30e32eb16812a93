import { afterAll, expect, it } from '@jest/globals';
import { Controller, Get, type Type, UseGuards } from '@nestjs/common';
import { JwtAuthGuard } from 'nestjs-trusted-issuers';
import { rmSync } from 'node:fs';
import { ADAPTERS, startModule } from '../support/application.js';
import { exchangesIn } from './curl-exchanges.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const BLOCKS = blocksOf(readMarkdown('docs/discovery.md'));
const GENERATED = generatedFolder('discovery');

afterAll(() => rmSync(GENERATED, { recursive: true }));

it.each(ADAPTERS)(
  'docs/discovery.md: every curl command answers as shown, on %s',
  async (adapter) => {
    const { AppModule } = await importBlock(BLOCKS, GENERATED, 'app.module.ts');
    @UseGuards(JwtAuthGuard)
    @Controller('notes')
    class NotesController {
      @Get()
      list(): void {}
    }
    const application = await startModule({
      adapter,
      imports: [AppModule as Type],
      controllers: [NotesController],
    });
    const exchanges = exchangesIn(BLOCKS);
    expect(exchanges.length).toBe(2);
    for (const { path, status, challenge, body } of exchanges) {
      const answer = await application.get(path);
      expect(status).toContain(` ${answer.status} `);
      expect(answer.challenge).toBe(challenge);
      expect(answer.text).toBe(body);
    }
    await application.close();
  },
);
