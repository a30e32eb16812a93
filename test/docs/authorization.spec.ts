import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, type Type, UseGuards } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { JwtAuthGuard } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { ADAPTERS, startApplication } from '../support/application.js';
import { exchangesIn } from './curl-exchanges.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const BLOCKS = blocksOf(readMarkdown('docs/authorization.md'));
const GENERATED = generatedFolder('authorization');

describe.each(ADAPTERS)('docs/authorization.md on %s', (adapter) => {
  let issuer: TestIssuer;
  let controller: Type;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    const { NotesController } = await importBlock(BLOCKS, GENERATED, 'notes.controller.ts');
    controller = NotesController as Type;
  });
  afterAll(async () => {
    rmSync(GENERATED, { recursive: true });
    await issuer.close();
  });

  it('every curl command answers as shown', async () => {
    const application = await startApplication(
      { issuers: [issuer.config()] },
      { adapter, controllers: [controller] },
    );
    const tokens: Readonly<Record<string, string>> = {
      TOKEN_WITHOUT_SCOPE: issuer.token(),
      TOKEN_OF_EDITOR: issuer.token({ scopes: ['notes:read'], claims: { roles: ['editor'] } }),
    };
    const exchanges = exchangesIn(BLOCKS);
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
    const shown = BLOCKS.find(({ language }) => language === 'text');
    expect(application.log.text('warn')).toContain(shown?.text.trimEnd());
    await application.close();
  });
});
