import { afterAll, describe, expect, it } from '@jest/globals';
import { type Cache, CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import {
  Controller,
  Get,
  type NestInterceptor,
  type Type,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { JwtAuthGuard } from 'nestjs-trusted-issuers';
import { rmSync } from 'node:fs';
import { ADAPTERS, startApplication } from '../support/application.js';
import { opened } from '../support/opened.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const BLOCKS = blocksOf(readMarkdown('docs/caching.md'));
const GENERATED = generatedFolder('caching');

afterAll(() => rmSync(GENERATED, { recursive: true }));

describe.each(ADAPTERS)('docs/caching.md, with @nestjs/cache-manager on %s', (adapter) => {
  const { keep, issuer: startIssuer } = opened();

  it('cachePerIdentity: a kept answer is for its caller alone', async () => {
    const { CachedNotesModule } = await importBlock(BLOCKS, GENERATED, 'cached-notes.module.ts');
    const issuer = await startIssuer();
    const { app, get } = keep(
      await startApplication(
        { issuers: [issuer.config()], audit: 'error' },
        { adapter, controllers: [], imports: [CachedNotesModule as Type] },
      ),
    );
    const [alice, bob] = ['alice', 'bob'].map((subject) => issuer.token({ subject }));
    expect((await get('/notes', alice)).json).toEqual(['a note of alice']);
    const cache = app.get<Cache>(CACHE_MANAGER, { strict: false });
    const key = JSON.stringify([`${issuer.issuer}|alice`, '/notes']);
    expect(await cache.get(key)).toEqual(['a note of alice']);
    await cache.set(key, ['kept for alice']);
    expect((await get('/notes', alice)).json).toEqual(['kept for alice']);
    expect((await get('/notes', bob)).json).toEqual(['a note of bob']);
    expect((await get('/notes')).status).toBe(401);
  });

  it('ScopedCacheInterceptor: scopes are part of the key, their order is not', async () => {
    const { ScopedCacheInterceptor } = (await importBlock(
      BLOCKS,
      GENERATED,
      'scoped-cache.interceptor.ts',
    )) as Record<string, Type<NestInterceptor>>;
    let calls = 0;

    @UseGuards(JwtAuthGuard)
    @UseInterceptors(ScopedCacheInterceptor as Type<NestInterceptor>)
    @Controller('calls')
    class CallsController {
      @Get()
      get(): number {
        return ++calls;
      }
    }
    const issuer = await startIssuer();
    const { get } = keep(
      await startApplication(
        { issuers: [issuer.config()], audit: 'error' },
        { adapter, controllers: [CallsController], imports: [CacheModule.register()] },
      ),
    );
    const asked = async (subject: string, ...scopes: string[]): Promise<string> =>
      (await get('/calls', issuer.token({ subject, scopes }))).text;
    expect(await asked('alice', 'read', 'write')).toBe('1');
    expect(await asked('alice', 'write', 'read')).toBe('1');
    expect(await asked('alice', 'read')).toBe('2');
    expect(await asked('bob', 'read')).toBe('3');
  });
});
