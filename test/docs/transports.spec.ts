import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { SocketAuthenticator } from 'nestjs-trusted-issuers/websockets';
import type { AuthModuleConfig } from 'nestjs-trusted-issuers';
import type { ClientProxy } from '@nestjs/microservices';
import { rmSync } from 'node:fs';
import type { Socket } from 'socket.io-client';
import { startApplication } from '../support/application.js';
import { startMicroservice, tcpClientOf } from '../support/microservice.js';
import { opened } from '../support/opened.js';
import { bearer, connect, type SocketKind, useAdapter } from '../support/sockets.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
});
afterAll(() => issuer.close());

/** What a block of a document exports. */
async function blockOf<Exports>(document: string, file: string): Promise<Exports> {
  const blocks = blocksOf(readMarkdown(`docs/${document}.md`));
  return (await importBlock(blocks, generatedFolder(document), file)) as Exports;
}

describe('docs/websockets.md', () => {
  const { keep } = opened();
  afterAll(() => rmSync(generatedFolder('websockets'), { recursive: true }));

  async function start(gateway: Type, kind: SocketKind, config: Partial<AuthModuleConfig> = {}) {
    return keep(
      await startApplication(
        { issuers: [issuer.config()], ...config },
        {
          providers: [gateway, SocketAuthenticator],
          controllers: [],
          configure: useAdapter(kind),
        },
      ),
    );
  }

  it('the chat and its client', async () => {
    const { ChatGateway } = await blockOf<{ ChatGateway: Type }>('websockets', 'chat.gateway.ts');
    type Join = (url: string, token: string, onRefused: (code?: string) => void) => Socket;
    const { join } = await blockOf<{ join: Join }>('websockets', 'chat.client.ts');
    const codes: unknown[] = [];
    const { url } = await start(ChatGateway, 'socket.io');
    const socket = join(url, issuer.token({ subject: 'alice', scopes: ['chat:write'] }), (code) =>
      codes.push(code),
    );
    keep({ close: async () => socket.close() });
    const said = new Promise((resolve) => void socket.once('said', resolve));
    socket.emit('say', 'hello');
    expect(await said).toBe('alice: hello');
    const told = new Promise((resolve) => {
      const refused = join(url, issuer.expiredToken(), resolve);
      keep({ close: async () => refused.close() });
    });
    expect(await told).toBe('token_expired');
    expect(codes).toEqual([]);
  });

  it('the gateway for browsers', async () => {
    const { BrowserGateway, tokenSources } = await blockOf<{
      BrowserGateway: Type;
      tokenSources: NonNullable<AuthModuleConfig['tokenSources']>;
    }>('websockets', 'browser.gateway.ts');
    const { url } = await start(BrowserGateway, 'ws', { tokenSources });
    const protocols = ['chat', `bearer.${issuer.token()}`];
    const socket = keep(await connect('ws', url, { protocols }));
    expect(socket.protocol).toBe('chat');
    const stranger = keep(await connect('ws', url, { protocols: ['chat'] }));
    expect(await stranger.ended).toEqual({ code: 4401, reason: 'auth_required' });
  });

  it('the gateways that are made by hand', async () => {
    const { NewsGateway } = await blockOf<{ NewsGateway: Type }>('websockets', 'news.gateway.ts');
    const news = await start(NewsGateway, 'socket.io');
    const alice = keep(
      await connect('socket.io', news.url, bearer(issuer.token({ subject: 'alice' }))),
    );
    expect(await alice.ask('whoami')).toBe('alice');
    const stranger = keep(await connect('socket.io', news.url));
    expect(await stranger.next('exception')).toMatchObject({ code: 'auth_required' });
    await stranger.ended;

    const { FeedGateway } = await blockOf<{ FeedGateway: Type }>('websockets', 'feed.gateway.ts');
    const feed = await start(FeedGateway, 'socket.io');
    const refused = keep(await connect('socket.io', feed.url));
    expect(await refused.next('connect_error')).toMatchObject({ code: 'auth_required' });
  });
});

describe('docs/microservices.md', () => {
  const { keep } = opened();
  afterAll(() => rmSync(generatedFolder('microservices'), { recursive: true }));

  it('the jobs, their client, and tokens in another place', async () => {
    const { JobsController } = await blockOf<{ JobsController: Type }>(
      'microservices',
      'jobs.controller.ts',
    );
    const { take } = await blockOf<{ take(client: ClientProxy, token: string): Promise<unknown> }>(
      'microservices',
      'jobs.client.ts',
    );
    const { tokenSources } = await blockOf<{
      tokenSources: NonNullable<AuthModuleConfig['tokenSources']>;
    }>('microservices', 'token-sources.ts');
    const { service } = keep(
      await startMicroservice({
        config: { issuers: [issuer.config()], tokenSources },
        controllers: [JobsController],
      }),
    );
    const client = tcpClientOf(service);
    keep({ close: async () => client.close() });
    const token = issuer.token({ subject: 'alice', scopes: ['jobs:write'] });
    expect(await take(client, token)).toBe('alice takes sweep');
    await expect(take(client, issuer.expiredToken())).rejects.toMatchObject({
      status: 401,
      code: 'token_expired',
    });
    const answer = await new Promise((resolve) => {
      client.send('jobs.take', { meta: { token }, job: 'mop' }).subscribe(resolve);
    });
    expect(answer).toBe('alice takes mop');
  });
});
