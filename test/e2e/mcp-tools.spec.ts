import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, UnauthorizedException, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Payload } from '@nestjs/microservices';
import { McpController, Prompt, Resource, ResourceTemplate, Tool } from '@rekog/mcp-nest';
import {
  callerOf,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  RequireAuthentication,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { z } from 'zod';
import { ADAPTERS } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import {
  callTool as call,
  ERAS,
  listed,
  META,
  type McpApplication,
  type McpOptions,
  resultOf,
  startMcp,
} from '../support/mcp.js';

/** A guard of the application's own, behind ours. */
@Injectable()
class CallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return callerOf(context)?.subject === 'alice';
  }
}

@McpController()
class NotesTools {
  @Tool({ name: 'whoami', description: 'Who calls' })
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @UseGuards(JwtAuthGuard, CallerGuard)
  @Tool({ name: 'guarded', description: 'Guarded itself, and once more' })
  guarded(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @RequireScopes('notes:read', 'notes:write')
  @Tool({
    name: 'write_note',
    description: 'Writes',
    parameters: z.object({ text: z.string(), authorization: z.string().optional() }),
  })
  write(@Payload() { text }: { text: string }): string {
    return text;
  }

  @RequireRoles('editor')
  @Tool({ name: 'edit_note', description: 'Edits' })
  edit(): string {
    return 'edited';
  }

  @RequireScopes.any('notes:write', 'notes:admin')
  @RequireRoles('editor')
  @Tool({ name: 'both', description: 'Demands both' })
  both(): string {
    return 'both';
  }

  @RequireAuthentication({ acrValues: ['phr'] })
  @Tool({ name: 'strong', description: 'Demands a strong login' })
  strong(): string {
    return 'strong';
  }

  @Tool({ name: 'own_refusal', description: 'Refuses by itself' })
  ownRefusal(): string {
    throw new UnauthorizedException('of the application');
  }

  @RequireScopes('notes:write')
  @Resource({ uri: 'notes://all', name: 'all', mimeType: 'text/plain' })
  all(): object {
    return { contents: [{ uri: 'notes://all', text: 'all' }] };
  }

  @RequireScopes('notes:write')
  @ResourceTemplate({ uriTemplate: 'notes://{id}/text', name: 'one', mimeType: 'text/plain' })
  one(): object {
    return { contents: [{ uri: 'notes://1/text', text: 'one' }] };
  }

  @RequireScopes('notes:write')
  @Prompt({ name: 'summarise', description: 'Summarises' })
  summarise(): object {
    return { messages: [] };
  }
}

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false });
});

const WRITER = { scopes: ['notes:read', 'notes:write'] };
const reader = (): string => issuer.token({ scopes: ['notes:read'] });
const writer = (): string => issuer.token(WRITER);

const start = (options: Partial<McpOptions> = {}, config: object = {}): Promise<McpApplication> =>
  startMcp({ issuers: [issuer.config()], ...config }, { tools: [NotesTools], ...options });

describe.each(ADAPTERS)('Tools of MCP-Nest, on %s', (adapter) => {
  let application: McpApplication;
  const asked: string[] = [];
  const events: string[] = [];
  beforeAll(async () => {
    application = await start(
      { adapter },
      {
        isRevoked: ({ subject }: Identity) => {
          asked.push(subject);
          return false;
        },
        observer: {
          authenticated: () => events.push('authenticated'),
          refused: ({ code }: { code: string }) => events.push(code),
        },
      },
    );
  });
  afterAll(() => application.close());

  describe.each(ERAS)('called by a client that is %s', (era) => {
    it('have the caller whom the guard of the endpoint let in, who is looked at once', async () => {
      asked.length = 0;
      events.length = 0;
      expect(resultOf(await call(application, era, 'whoami', reader()))).toEqual({
        text: '"alice"',
        isError: false,
      });
      expect(resultOf(await call(application, era, 'guarded', reader())).text).toBe('"alice"');
      expect(asked).toEqual(['alice', 'alice']);
      expect(events).toEqual(['authenticated', 'authenticated']);
    });

    it('are kept from who has no token, by the endpoint', async () => {
      const refused = await call(application, era, 'whoami');
      expect(refused).toMatchObject({ status: 401, json: { code: 'auth_required' } });
    });

    // MCP (revision 2026-07-28): 403 with all scopes that the operation needs in one challenge.
    it('refuse with 403 and the scopes that they need, before the answer begins', async () => {
      events.length = 0;
      const args = { text: 'x' };
      const refused = await call(application, era, 'write_note', reader(), args);
      expect(refused).toMatchObject({ status: 403, json: { code: 'insufficient_scope' } });
      expect(refused.challenge).toContain('error="insufficient_scope"');
      expect(refused.challenge).toContain('scope="notes:read notes:write"');
      expect(refused.headers['cache-control']).toBe('no-store');
      expect(events).toEqual(['authenticated', 'insufficient_scope']);
      const written = await call(application, era, 'write_note', writer(), args);
      expect(resultOf(written)).toEqual({ text: '"x"', isError: false });
    });

    it('refuse who lacks a role, or a strong login', async () => {
      const edit = await call(application, era, 'edit_note', writer());
      expect(edit).toMatchObject({ status: 403, json: { code: 'insufficient_scope' } });
      expect(edit.challenge).not.toContain('scope=');
      const strong = await call(application, era, 'strong', writer());
      expect(strong).toMatchObject({ status: 401, json: { code: 'step_up_required' } });
      expect(strong.challenge).toContain('acr_values="phr"');
      const editor = issuer.token({ claims: { roles: ['editor'], acr: 'phr' } });
      expect(resultOf(await call(application, era, 'edit_note', editor)).text).toBe('"edited"');
      expect(resultOf(await call(application, era, 'strong', editor)).text).toBe('"strong"');
    });

    it('and so do resources and prompts', async () => {
      const read = (uri: string, token: string): Promise<HttpAnswer> =>
        application[era]('resources/read', { uri }, token);
      const prompt = (token: string): Promise<HttpAnswer> =>
        application[era]('prompts/get', { name: 'summarise' }, token);
      for (const refused of [await read('notes://all', reader()), await prompt(reader())]) {
        expect(refused).toMatchObject({ status: 403, json: { code: 'insufficient_scope' } });
        expect(refused.challenge).toContain('scope="notes:write"');
      }
      // Which template an address fits is MCP-Nest's to say, so this one is refused where it is called.
      const one = await read('notes://1/text', reader());
      expect(one).toMatchObject({
        status: 200,
        json: {
          error: {
            code: -32_600,
            message: 'Insufficient scope. Needed: notes:write',
            data: { status: 403, code: 'insufficient_scope' },
          },
        },
      });
      expect((await read('notes://all', writer())).json).toMatchObject({
        result: { contents: [{ text: 'all' }] },
      });
      expect((await read('notes://1/text', writer())).json).toMatchObject({
        result: { contents: [{ text: 'one' }] },
      });
      expect((await prompt(writer())).json).toMatchObject({ result: { messages: [] } });
    });

    it('are listed for those who may use them', async () => {
      const everybody = ['whoami', 'guarded', 'strong', 'own_refusal'];
      expect((await listed(application, era, reader())).toSorted()).toEqual(everybody.toSorted());
      const more = ['write_note', 'notes://all', 'notes://{id}/text', 'summarise'];
      expect((await listed(application, era, writer())).toSorted()).toEqual(
        [...everybody, ...more].toSorted(),
      );
      const all = issuer.token({ ...WRITER, claims: { roles: ['editor'] } });
      expect(await listed(application, era, all)).toEqual(
        expect.arrayContaining(['edit_note', 'both']),
      );
    });

    it('say in the list that they need a token, and which scopes', async () => {
      const { json } = await application[era]('tools/list', {}, writer());
      const { tools } = (json as { result: { tools: { name: string; [META]: object }[] } }).result;
      const metaOf = (name: string): unknown => tools.find((one) => one.name === name)?.[META];
      expect(metaOf('write_note')).toEqual({
        securitySchemes: [{ type: 'oauth2', scopes: ['notes:read', 'notes:write'] }],
      });
      expect(metaOf('guarded')).toEqual({ securitySchemes: [{ type: 'oauth2' }] });
    });
  });

  it('of several in one body each is refused by itself, in the result', async () => {
    const message = (id: number, name: string) => ({
      ...{ jsonrpc: '2.0', id, method: 'tools/call' },
      params: { name, arguments: { text: 'x' } },
    });
    const answer = await application.call('/mcp', {
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ['Accept', 'application/json, text/event-stream'],
        ['Authorization', `Bearer ${reader()}`],
      ],
      body: JSON.stringify([message(1, 'whoami'), message(2, 'write_note')]),
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject([
      { id: 1, result: { content: [{ text: '"alice"' }] } },
      {
        id: 2,
        result: {
          isError: true,
          content: [{ text: 'Insufficient scope. Needed: notes:read notes:write' }],
        },
      },
    ]);
  });

  it('are demanded of requests alone: a call of another kind is held against its own handler', async () => {
    const names = { 'mcp-method': 'tools/call', 'mcp-name': 'write_note' };
    const req = { headers: { authorization: `Bearer ${reader()}`, ...names } };
    const context = new ExecutionContextHost(
      [{}, {}, { req }, {}],
      NotesTools,
      NotesTools.prototype.whoami,
    );
    context.setType('graphql');
    expect(await application.app.get(JwtAuthGuard).canActivate(context)).toBe(true);
  });

  it('an exception of the application is not taken for one of ours', async () => {
    const answer = await call(application, 'modern', 'own_refusal', reader());
    expect(answer.status).toBe(200);
    expect(resultOf(answer).isError).toBe(true);
  });
});
