import { Controller, type Type, UseGuards } from '@nestjs/common';
import {
  MCP_HTTP_HANDLER,
  McpHttpControllerFor,
  type McpServerOptions,
  McpStrategy,
  StreamableHttpTransport,
  type StreamableHttpTransportOptions,
} from '@rekog/mcp-nest';
import type { AuthModuleConfig, AuthModuleExtras } from 'nestjs-trusted-issuers';
import { JwtAuthGuard } from 'nestjs-trusted-issuers';
import { type ApplicationOptions, startApplication, type TestApplication } from './application.js';
import type { HttpAnswer } from './http.js';

/** Clients of revision 2026-07-28, and those before. */
export const ERAS = ['modern', 'legacy'] as const;
export type Era = (typeof ERAS)[number];

export const REVISION = '2026-07-28';

export interface McpOptions extends ApplicationOptions {
  /** The controllers that have tools. */
  readonly tools: readonly Type[];
  readonly transport?: StreamableHttpTransportOptions;
  readonly server?: Partial<McpServerOptions>;
  /** The endpoint; `'self-mounted'`: outside Nest. Default: a controller with `JwtAuthGuard`. */
  readonly endpoint?: 'self-mounted' | ((transport: StreamableHttpTransport) => Type);
}

export interface McpApplication extends TestApplication {
  /** One call as clients of this revision make it: its name stands in the headers. */
  modern(method: string, params?: object, token?: string): Promise<HttpAnswer>;
  /** One call as clients before that make it. */
  legacy(method: string, params?: object, token?: string): Promise<HttpAnswer>;
}

function guardedEndpoint(transport: StreamableHttpTransport): Type {
  @UseGuards(JwtAuthGuard)
  @Controller('mcp')
  class McpEndpoint extends McpHttpControllerFor(transport) {}
  return McpEndpoint;
}

/** Starts an application with an MCP server at `/mcp`. */
export async function startMcp(
  config: AuthModuleConfig & AuthModuleExtras,
  {
    tools,
    transport: options = {},
    server = {},
    endpoint = guardedEndpoint,
    ...others
  }: McpOptions,
): Promise<McpApplication> {
  const transport = new StreamableHttpTransport(options);
  const isRouted = endpoint !== 'self-mounted';
  const mount = isRouted ? [endpoint(transport)] : [];
  const providers = isRouted
    ? [{ provide: MCP_HTTP_HANDLER, useValue: transport.httpHandlers }]
    : [];
  const strategy = new McpStrategy({
    name: 'notes',
    version: '1.0.0',
    transports: [transport],
    logging: false,
    ...server,
  });
  const application = await startApplication(config, {
    ...others,
    providers,
    controllers: [...tools, ...mount, ...(others.controllers ?? [])],
    configure: async (app) => {
      await others.configure?.(app);
      strategy.setHttpAdapter(app.getHttpAdapter());
      app.connectMicroservice({ strategy });
      await app.startAllMicroservices();
    },
  });
  const call = (
    headers: readonly (readonly [string, string])[],
    message: object,
    token?: string,
  ): Promise<HttpAnswer> =>
    application.call('/mcp', {
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ['Accept', 'application/json, text/event-stream'],
        ...headers,
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
      ],
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    });
  return {
    ...application,
    modern: (method, params = {}, token) => {
      const { name, uri } = params as { name?: string; uri?: string };
      const named = name ?? uri;
      return call(
        [
          ['MCP-Protocol-Version', REVISION],
          ['Mcp-Method', method],
          ...(named === undefined ? [] : [['Mcp-Name', named] as const]),
        ],
        { method, params: { ...params, [META]: ENVELOPE } },
        token,
      );
    },
    legacy: (method, params = {}, token) => call([], { method, params }, token),
  };
}

/** Where MCP keeps what is said of a message. */
export const META = '_meta';

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': REVISION,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** What a tool answers. */
export const callTool = (
  application: McpApplication,
  era: Era,
  name: string,
  token?: string,
  args: object = {},
): Promise<HttpAnswer> => application[era]('tools/call', { name, arguments: args }, token);

/** What a tool gave, or why it did not. */
export function resultOf({ json }: HttpAnswer): { text: string; isError: boolean } {
  const { result } = json as { result: { content: { text: string }[]; isError?: boolean } };
  return { text: result.content[0]?.text ?? '', isError: result.isError ?? false };
}

/** The names of all that a server lists. */
export async function listed(
  application: McpApplication,
  era: Era,
  token?: string,
): Promise<readonly string[]> {
  const lists = [
    ['tools/list', 'tools', 'name'],
    ['resources/list', 'resources', 'uri'],
    ['resources/templates/list', 'resourceTemplates', 'uriTemplate'],
    ['prompts/list', 'prompts', 'name'],
  ] as const;
  const names: string[] = [];
  for (const [method, member, name] of lists) {
    const { json } = await application[era](method, {}, token);
    const { result } = json as { result?: Record<string, Record<string, string>[]> };
    names.push(...(result?.[member] ?? []).map((entry) => entry[name] ?? ''));
  }
  return names;
}
