import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, type Type, UseGuards } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { JwtAuthGuard } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { readdirSync, rmSync } from 'node:fs';
import { ADAPTERS, startApplication, startModule } from '../support/application.js';
import { compilerMessages, generatedDirectory, writeBlocks } from './compile.js';
import { exchangesIn } from './curl-exchanges.js';
import { blocksOf, readMarkdown, ROOT } from './markdown.js';

const PAGES = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'));
const GENERATED = generatedDirectory('pages');
const blocksIn = (page: string): ReturnType<typeof blocksOf> =>
  blocksOf(readMarkdown(`docs/${page}`));

afterAll(() => rmSync(GENERATED, { recursive: true, force: true }));

it('every TypeScript block of every page compiles, strictly', () => {
  const files = PAGES.flatMap((page) => writeBlocks(blocksIn(page), `${GENERATED}${page}/`));
  expect(files.length).toBeGreaterThanOrEqual(6);
  expect(compilerMessages(files)).toEqual([]);
}, 60_000);

async function load(page: string, module: string): Promise<Record<string, Type>> {
  const directory = `${GENERATED}${page}-run/`;
  writeBlocks(blocksIn(page), directory);
  return (await import(directory + module)) as Record<string, Type>;
}

describe.each(ADAPTERS)('docs/authorization.md on %s', (adapter) => {
  let issuer: TestIssuer;
  let controller: Type;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    controller = (await load('authorization.md', 'notes.controller.ts'))['NotesController'] as Type;
  });
  afterAll(() => issuer.close());

  it('every curl command answers as shown', async () => {
    const application = await startApplication(
      { issuers: [issuer.config()] },
      { adapter, controllers: [controller] },
    );
    const tokens: Readonly<Record<string, string>> = {
      TOKEN_WITHOUT_SCOPE: issuer.token(),
      TOKEN_OF_EDITOR: issuer.token({ scopes: ['notes:read'], claims: { roles: ['editor'] } }),
    };
    const exchanges = exchangesIn(blocksIn('authorization.md'));
    expect(exchanges.length).toBe(2);
    for (const { method, path, variable = '', status, challenge, body } of exchanges) {
      const answer = await application.call(path, {
        method,
        headers: [['Authorization', `Bearer ${tokens[variable]}`]],
      });
      expect(status).toContain(` ${answer.status} `);
      expect(answer.challenge).toBe(challenge);
      expect(answer.text).toBe(body);
    }
    expect((await application.get('/notes/about')).json).toEqual({ about: 'notes' });
    await application.close();
  });

  it('the audit’s table is as shown', async () => {
    @Controller('health')
    class HealthController {
      @Get()
      get(): void {}
    }
    class ApiKeyGuard {
      canActivate(): boolean {
        return true;
      }
    }
    @Controller()
    class JobsController {
      @UseGuards(ApiKeyGuard)
      @MessagePattern('jobs.take')
      take(): void {}

      @UseGuards(JwtAuthGuard)
      @Post('jobs')
      add(): void {}
    }
    const application = await startApplication(
      { issuers: [issuer.config()], audit: 'warn' },
      { adapter, controllers: [controller, HealthController, JobsController] },
    );
    const shown = blocksIn('authorization.md').find(({ language }) => language === 'text');
    expect(application.log.text('warn')).toContain(shown?.text.trimEnd());
    await application.close();
  });
});

it.each(ADAPTERS)(
  'docs/discovery.md: every curl command answers as shown, on %s',
  async (adapter) => {
    const { AppModule } = await load('discovery.md', 'app.module.ts');
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
    const exchanges = exchangesIn(blocksIn('discovery.md'));
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
