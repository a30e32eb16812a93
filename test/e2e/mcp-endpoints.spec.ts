import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  McpController,
  McpHttpControllerFor,
  type McpTransport,
  type McpTransportContext,
  StreamableHttpController,
  Tool,
} from '@rekog/mcp-nest';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireScopes,
  vouchFor,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer, testIdentity } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS } from '../support/application.js';
import {
  callTool as call,
  ERAS,
  listed,
  type McpApplication,
  type McpOptions,
  resultOf,
  startMcp,
} from '../support/mcp.js';

@McpController()
class NotesTools {
  @RequireScopes('notes:write')
  @Tool({ name: 'write_note', description: 'Writes' })
  write(@Payload() _note: object): string {
    return 'written';
  }

  @Tool({ name: 'whoami', description: 'Who calls' })
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }
}

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false });
});

const reader = (): string => issuer.token({ scopes: ['notes:read'] });

const start = (options: Partial<McpOptions> = {}, config: object = {}): Promise<McpApplication> =>
  startMcp({ issuers: [issuer.config()], ...config }, { tools: [NotesTools], ...options });

describe('An MCP endpoint that is not guarded', () => {
  @UseGuards(JwtAuthGuard)
  @McpController()
  class GuardedTools {
    @Tool({ name: 'whoami', description: 'Who calls' })
    whoami(@CurrentIdentity() { subject }: Identity): string {
      return subject;
    }

    @Public()
    @Tool({ name: 'about', description: 'Open' })
    about(): string {
      return 'about';
    }

    @OptionalAuth()
    @Tool({ name: 'greet', description: 'Greets' })
    greet(@CurrentIdentity() caller?: Identity): string {
      return caller?.subject ?? 'stranger';
    }
  }

  it.each(ADAPTERS)('leaves it to guards of the tools, on %s', async (adapter) => {
    const application = await start({ adapter, tools: [GuardedTools], endpoint: 'self-mounted' });
    try {
      for (const era of ERAS) {
        expect(resultOf(await call(application, era, 'about')).text).toBe('"about"');
        expect(resultOf(await call(application, era, 'greet')).text).toBe('"stranger"');
        expect(resultOf(await call(application, era, 'greet', reader())).text).toBe('"alice"');
        expect(resultOf(await call(application, era, 'whoami', reader())).text).toBe('"alice"');
        expect(resultOf(await call(application, era, 'whoami'))).toEqual({
          text: 'Authentication required',
          isError: true,
        });
        const expired = issuer.token({ expiresInSeconds: -60 });
        expect(resultOf(await call(application, era, 'greet', expired))).toEqual({
          text: 'Access token expired',
          isError: true,
        });
        // Nobody has judged who asks.
        expect(await listed(application, era)).toEqual(['whoami', 'about', 'greet']);
      }
    } finally {
      await application.close();
    }
  });

  it('a token among the arguments of a tool is none', async () => {
    const application = await start({ endpoint: 'self-mounted' });
    try {
      const args = {
        text: 'x',
        authorization: `Bearer ${issuer.token({ scopes: ['notes:write'] })}`,
      };
      expect(resultOf(await call(application, 'modern', 'write_note', undefined, args))).toEqual({
        text: 'Authentication required',
        isError: true,
      });
      expect(application.log.text('error')).toContain(
        'NotesTools.write demands scopes, roles or a login of its callers, but no identity was established',
      );
    } finally {
      await application.close();
    }
  });

  it.each(ADAPTERS)(
    'may let strangers in, to whom it shows what they may use, on %s',
    async (adapter) => {
      @McpController()
      class SomeTools {
        @Tool({ name: 'about', description: 'Open' })
        about(): string {
          return 'about';
        }

        @UseGuards(JwtAuthGuard)
        @Tool({ name: 'whoami', description: 'Who calls' })
        whoami(@CurrentIdentity() { subject }: Identity): string {
          return subject;
        }

        @RequireScopes('notes:write')
        @Tool({ name: 'write_note', description: 'Writes' })
        write(): string {
          return 'written';
        }
      }
      const application = await start({
        adapter,
        tools: [SomeTools],
        endpoint: (transport) => {
          @UseGuards(JwtAuthGuard)
          @OptionalAuth()
          @Controller('mcp')
          class McpEndpoint extends McpHttpControllerFor(transport) {}
          return McpEndpoint;
        },
      });
      try {
        for (const era of ERAS) {
          expect(await listed(application, era)).toEqual(['about']);
          expect(await listed(application, era, reader())).toEqual(['about', 'whoami']);
          expect(resultOf(await call(application, era, 'about')).text).toBe('"about"');
          for (const name of ['whoami', 'write_note'])
            expect(await call(application, era, name)).toMatchObject({
              status: 401,
              json: { code: 'auth_required' },
            });
          expect(resultOf(await call(application, era, 'whoami', reader())).text).toBe('"alice"');
        }
        expect(application.log.text('error')).toBe('');
      } finally {
        await application.close();
      }
    },
  );
});

describe('Several MCP servers', () => {
  it('demand what their own tools say', async () => {
    @UseGuards(JwtAuthGuard)
    @RequireScopes('base')
    @McpController()
    class Tools {
      @RequireScopes('more')
      @Tool({ name: 'one', description: 'One' })
      one(): string {
        return 'one';
      }

      @Public()
      @Tool({ name: 'open', description: 'Open' })
      open(): string {
        return 'open';
      }
    }

    /** Of a server that is not connected: its tool of the same name is nobody's here. */
    @McpController({ server: 'other' })
    class OtherTools {
      @Tool({ name: 'one', description: 'Another one' })
      one(): string {
        return 'other';
      }
    }
    const application = await start({ tools: [Tools, OtherTools] });
    try {
      const token = issuer.token({ scopes: ['base'] });
      expect(await listed(application, 'modern', token)).toEqual(['open']);
      expect(resultOf(await call(application, 'modern', 'open', token)).text).toBe('"open"');
      // Two have the name, so the endpoint can't tell; the tool refuses.
      expect(resultOf(await call(application, 'modern', 'one', token))).toEqual({
        text: 'Insufficient scope. Needed: base more',
        isError: true,
      });
    } finally {
      await application.close();
    }
  });
});

describe('What the log says of an MCP server at start', () => {
  it('nothing of tools behind a guarded endpoint', async () => {
    for (const config of [
      { audit: 'error' },
      { guardEveryRoute: true },
      { audit: 'error', guardEveryRoute: true },
    ]) {
      const application = await start({}, config);
      expect(application.log.text('warn')).toBe('');
      await application.close();
    }
  });

  it('of a controller with the other base class as well', async () => {
    const options: Partial<McpOptions> = {
      endpoint: () => {
        @UseGuards(JwtAuthGuard)
        @Controller('mcp')
        class McpEndpoint extends StreamableHttpController {}
        return McpEndpoint;
      },
    };
    const application = await start(options, { audit: 'error' });
    expect(resultOf(await call(application, 'modern', 'whoami', reader())).text).toBe('"alice"');
    await application.close();
  });

  it('names tools that every client reaches', async () => {
    const open: Partial<McpOptions>[] = [
      { endpoint: 'self-mounted' },
      {
        endpoint: (transport) => {
          @Controller('mcp')
          class McpEndpoint extends McpHttpControllerFor(transport) {}
          return McpEndpoint;
        },
      },
      {
        endpoint: (transport) => {
          @Public()
          @UseGuards(JwtAuthGuard)
          @Controller('mcp')
          class McpEndpoint extends McpHttpControllerFor(transport) {}
          return McpEndpoint;
        },
      },
    ];
    for (const options of open) {
      const application = await start(options, { audit: 'warn' });
      expect(application.log.text('warn')).toContain('NotesTools.whoami');
      expect(application.log.text('warn')).toContain('MCP tool "whoami"');
      await application.close();
    }
  });

  it('warns of a list that caches would share', async () => {
    const cacheHints = { 'tools/list': { ttlMs: 60_000, cacheScope: 'public' } } as const;
    const application = await start({ server: { cacheHints } });
    expect(application.log.text('warn')).toContain(
      "cacheHints['tools/list'] of an McpStrategy says",
    );
    await application.close();
  });
});

describe('A session of MCP', () => {
  it('serves each message with its own caller', async () => {
    const application = await start({
      transport: { statefulMode: true, enableJsonResponse: true },
    });
    const post = (token: string, message: object, session?: string) =>
      application.call('/mcp', {
        method: 'POST',
        headers: [
          ['Content-Type', 'application/json'],
          ['Accept', 'application/json, text/event-stream'],
          ['Authorization', `Bearer ${token}`],
          ...(session === undefined ? [] : [['Mcp-Session-Id', session] as const]),
        ],
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      });
    try {
      const alice = issuer.token({ subject: 'alice' });
      const bob = issuer.token({ subject: 'bob' });
      const clientInfo = { name: 'test', version: '1.0.0' };
      const begun = await post(alice, {
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
      });
      const session = String(begun.headers['mcp-session-id']);
      await post(alice, { method: 'notifications/initialized' }, session);
      const ask = async (id: number, token: string): Promise<string> => {
        const answer = await post(
          token,
          { id, method: 'tools/call', params: { name: 'whoami' } },
          session,
        );
        return answer.text;
      };
      expect(await ask(1, alice)).toContain(String.raw`\"alice\"`);
      expect(await ask(2, bob)).toContain(String.raw`\"bob\"`);
      const tokens = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? alice : bob));
      const answers = await Promise.all(tokens.map((token, index) => ask(10 + index, token)));
      for (const [index, answer] of answers.entries())
        expect(answer).not.toContain(index % 2 === 0 ? 'bob' : 'alice');
    } finally {
      await application.close();
    }
  });
});

describe('A call that did not come over HTTP', () => {
  /** Whoever runs the process is its caller. */
  @Injectable()
  class LocalUserGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const message = context.switchToRpc().getContext<{ user?: unknown }>();
      message.user = vouchFor(testIdentity({ subject: 'local', scopes: ['notes:write'] }));
      return true;
    }
  }

  it('has the caller for whom a guard of the application vouches, and else none', async () => {
    @McpController()
    class LocalTools extends NotesTools {
      @UseGuards(LocalUserGuard)
      @Tool({ name: 'local', description: 'Who runs this' })
      local(@CurrentIdentity() { subject }: Identity): string {
        return subject;
      }

      @UseGuards(JwtAuthGuard)
      @Tool({ name: 'guarded', description: 'Wants a token' })
      guarded(): string {
        return 'in';
      }
    }
    let context: McpTransportContext | undefined;
    /** As the transport over standard input does it. */
    const local: McpTransport = {
      kind: 'stdio',
      start: (given) => void (context = given),
      close: () => undefined,
    };
    const application = await start({ tools: [LocalTools], server: { transports: [local] } });
    const [near, far] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: 'test', version: '1.0.0' });
    try {
      await context?.createBoundServer({ transport: 'stdio', stateless: false }).connect(near);
      await client.connect(far);
      const result = (name: string) => client.callTool({ name, arguments: {} });
      expect(await result('local')).toMatchObject({ content: [{ text: '"local"' }] });
      for (const name of ['guarded', 'write_note', 'whoami'])
        expect(await result(name)).toMatchObject({
          isError: true,
          content: [{ text: 'Authentication required' }],
        });
      expect((await client.listTools()).tools).toHaveLength(4);
    } finally {
      await client.close();
      await application.close();
    }
  });
});
