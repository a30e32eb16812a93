import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Type } from '@nestjs/common';
import { AccessTokenVerifier } from 'nestjs-trusted-issuers';
import type { McpStrategy } from '@rekog/mcp-nest';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import express, { type RequestHandler } from 'express';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { startApplication, startModule } from '../support/application.js';
import { freePort } from '../support/free-port.js';
import { opened } from '../support/opened.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const BLOCKS = blocksOf(readMarkdown('docs/mcp.md'));
const GENERATED = generatedFolder('mcp');

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
});
afterAll(async () => {
  await issuer.close();
  rmSync(GENERATED, { recursive: true });
});

describe('docs/mcp.md', () => {
  const { keep } = opened();

  /** A client that has its token already. */
  async function connect(url: string, token: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1.0.0' });
    const headers = { authorization: `Bearer ${token}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
    );
    return keep(client);
  }

  it('from nothing to a guarded tool', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/mcp`;
    Object.assign(process.env, { MCP_URL: url, ISSUER: issuer.issuer });
    const { McpModule, mcp } = (await importBlock(
      BLOCKS,
      GENERATED,
      'mcp.module.ts',
    )) as unknown as {
      McpModule: Type;
      mcp: McpStrategy;
    };
    keep(
      await startModule({
        port,
        imports: [McpModule],
        configure: async (app) => {
          mcp.setHttpAdapter(app.getHttpAdapter());
          app.connectMicroservice({ strategy: mcp });
          await app.startAllMicroservices();
        },
      }),
    );
    const of = (...scopes: string[]): string => issuer.token({ audience: url, scopes });
    const writer = await connect(url, of('notes:write'));
    expect(await writer.callTool({ name: 'add_note', arguments: { text: 'x' } })).toMatchObject({
      content: [{ text: JSON.stringify({ owner: `${issuer.issuer}|alice`, text: 'x' }) }],
    });
    const reader = await connect(url, of('notes:read'));
    expect((await reader.listTools()).tools).toEqual([]);
    const refused = reader.callTool({ name: 'add_note', arguments: { text: 'x' } });
    await expect(refused).rejects.toThrow('Insufficient scope');
  });

  it('the SDK by itself', async () => {
    const { SdkController } = (await importBlock(BLOCKS, GENERATED, 'sdk.controller.ts')) as {
      SdkController: Type;
    };
    const { url } = keep(
      await startApplication({ issuers: [issuer.config()] }, { controllers: [SdkController] }),
    );
    const client = await connect(`${url}/sdk`, issuer.token({ subject: 'bob' }));
    expect(await client.callTool({ name: 'whoami', arguments: {} })).toMatchObject({
      content: [{ text: 'bob' }],
    });
  });

  it('the SDK’s own middleware', async () => {
    const { bearerAuth } = (await importBlock(
      BLOCKS,
      GENERATED,
      'sdk.middleware.ts',
    )) as unknown as {
      bearerAuth(verifier: AccessTokenVerifier): RequestHandler;
    };
    const { app } = keep(await startApplication({ issuers: [issuer.config()] }));
    const server = express()
      .use(
        bearerAuth(app.get(AccessTokenVerifier)),
        (_request, response) => void response.end('in'),
      )
      .listen(0, '127.0.0.1');
    keep({ close: async () => void server.close() });
    await new Promise((resolve) => server.once('listening', resolve));
    const ask = async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      const { port } = server.address() as AddressInfo;
      return (await fetch(`http://127.0.0.1:${port}`, { headers })).status;
    };
    expect(await ask(issuer.token())).toBe(200);
    expect(await ask(issuer.expiredToken())).toBe(401);
  });
});
