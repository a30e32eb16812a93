import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { Client } from 'graphql-ws';
import { AuthModule } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { WebSocket } from 'undici';
import { startModule, type TestApplication } from '../support/application.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const BLOCKS = blocksOf(readMarkdown('docs/graphql.md'));
const GENERATED = generatedFolder('graphql');
const RESULT = { notes: ['a note of alice'], about: 'notes' };

describe.each([
  ['NotesGraphQLModule', 'notes-graphql.module.ts', 'Express'],
  ['NotesGraphQLModule', 'notes-graphql.module.ts', 'Fastify'],
  ['NotesMercuriusModule', 'notes-mercurius.module.ts', 'Fastify'],
] as const)('docs/graphql.md, %s of %s on %s', (name, file, adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    const { [name]: module } = await importBlock(BLOCKS, GENERATED, file);
    application = await startModule({
      adapter,
      imports: [
        AuthModule.forRoot({ issuers: [issuer.config({ clockToleranceSeconds: 0 })] }),
        module as Type,
      ],
    });
  }, 20_000);
  afterAll(async () => {
    rmSync(GENERATED, { recursive: true, force: true });
    await application.close();
    await issuer.close();
  });

  const query = async (text: string, token: string): Promise<unknown> => {
    const { json } = await application.call('/graphql', {
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ['Authorization', `Bearer ${token}`],
      ],
      body: JSON.stringify({ query: text }),
    });
    return json;
  };

  it('the resolver answers, and refuses as shown', async () => {
    expect(await query('{ notes about }', issuer.token())).toEqual({ data: RESULT });
    const shown: unknown = JSON.parse(
      BLOCKS.find(({ language }) => language === 'json')?.text ?? '',
    );
    expect(await query('{ notes }', issuer.expiredToken())).toMatchObject(shown as object);
    expect(await query('{ draft }', issuer.token())).toMatchObject({
      errors: [{ extensions: { code: 'insufficient_scope' } }],
    });
  });

  it('the client connects again with a fresh token when its own has expired', async () => {
    const { connect } = (await importBlock(BLOCKS, GENERATED, 'connect.ts')) as unknown as {
      connect(url: string, freshToken: () => Promise<string>): Client;
    };
    const url = `${application.url.replace('http', 'ws')}/graphql`;
    const real = globalThis.WebSocket;
    globalThis.WebSocket = WebSocket as unknown as typeof real;
    const tokens = [issuer.expiredToken(), issuer.token({ subject: 'fresh' })];
    // graphql-ws waits for some seconds before it tries again. Its server gives a client 3 s for its first message.
    const wait = globalThis.setTimeout;
    const waits = jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation(((late: () => void, ms: number) =>
        wait(late, ms > 1_000 && ms < 5_000 && ms !== 3_000 ? 10 : ms)) as never);
    try {
      const client = connect(url, async () => tokens.shift() ?? '');
      const { value } = await client.iterate({ query: 'subscription { edited }' }).next();
      expect(value).toEqual({ data: { edited: 'a note of fresh' } });
      expect(tokens).toEqual([]);
      await client.dispose();
    } finally {
      waits.mockRestore();
      globalThis.WebSocket = real;
    }
  }, 20_000);
});
