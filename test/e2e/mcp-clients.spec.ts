import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import {
  type OAuthClientProvider as OAuthClientProviderV1,
  UnauthorizedError as UnauthorizedErrorV1,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as AnyTransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js';
import { McpController, Tool } from '@rekog/mcp-nest';
import { CurrentIdentity, type Identity, RequireScopes } from 'nestjs-trusted-issuers';
import { ADAPTERS } from '../support/application.js';
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../support/authorization-server.js';
import { freePort } from '../support/free-port.js';
import { type McpApplication, startMcp } from '../support/mcp.js';

const SCOPES = ['notes:read', 'notes:write'];
const CALLBACK = 'http://127.0.0.1:9/callback';
const IMPLEMENTATION = { name: 'test', version: '1.0.0' };

@McpController()
class NotesTools {
  @Tool({ name: 'whoami', description: 'Who calls' })
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @RequireScopes('notes:read', 'notes:write')
  @Tool({ name: 'write_note', description: 'Writes' })
  write(): string {
    return 'written';
  }
}

/** What a client keeps, and where it sends its user. */
class Login implements OAuthClientProvider, OAuthClientProviderV1 {
  readonly redirectUrl = CALLBACK;
  /** The scopes of each login that it asked for. */
  readonly scopes: (string | null)[] = [];
  lastAsked: URL | undefined;
  private readonly kept = new Map<string, unknown>();

  constructor(private readonly grantTypes: string[]) {}

  get clientMetadata() {
    return {
      client_name: 'test',
      redirect_uris: [CALLBACK],
      grant_types: this.grantTypes,
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  readonly clientInformation = (): never => this.kept.get('client') as never;
  readonly tokens = (): never => this.kept.get('tokens') as never;
  readonly codeVerifier = (): string => this.kept.get('verifier') as string;
  readonly discoveryState = (): never => this.kept.get('discovery') as never;
  readonly saveClientInformation = (given: unknown) => void this.kept.set('client', given);
  readonly saveTokens = (given: unknown) => void this.kept.set('tokens', given);
  readonly saveCodeVerifier = (given: string) => void this.kept.set('verifier', given);
  readonly saveDiscoveryState = (given: unknown) => void this.kept.set('discovery', given);

  redirectToAuthorization(address: URL): void {
    this.lastAsked = address;
    this.scopes.push(address.searchParams.get('scope'));
  }
}

/** What is used of a client, whichever version it is. */
interface McpClient {
  connect(): Promise<void>;
  finishLogin(callback: URLSearchParams): Promise<void>;
  tools(): Promise<readonly string[]>;
  call(name: string): Promise<object>;
  close(): Promise<void>;
}

type MakeClient = (url: URL, login: Login) => McpClient;

const version2 =
  (mode: 'auto' | 'legacy'): MakeClient =>
  (url, login) => {
    const client = new Client(IMPLEMENTATION, { versionNegotiation: { mode } });
    const open = (): StreamableHTTPClientTransport =>
      new StreamableHTTPClientTransport(url, { authProvider: login });
    let transport = open();
    return {
      connect: () => client.connect((transport = open())),
      finishLogin: (callback) => transport.finishAuth(callback),
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: (name) => client.callTool({ name, arguments: {} }),
      close: () => client.close(),
    };
  };

const version1: MakeClient = (url, login) => {
  const client = new ClientV1(IMPLEMENTATION);
  const open = (): TransportV1 => new TransportV1(url, { authProvider: login });
  let transport = open();
  return {
    connect: () => client.connect((transport = open()) as AnyTransportV1),
    finishLogin: (callback) => transport.finishAuth(callback.get('code') ?? ''),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name) => client.callTool({ name, arguments: {} }),
    close: () => client.close(),
  };
};

const CLIENTS = [
  ['client 2.4', version2('auto')],
  ['client 2.4, as clients before revision 2026-07-28', version2('legacy')],
  ['sdk 1.32', version1],
] as const;

describe.each(ADAPTERS)('MCP clients that know nothing but the address, on %s', (adapter) => {
  let server: AuthorizationServer;
  let application: McpApplication;
  let url: URL;
  const revoked = new Set<string | undefined>();
  beforeAll(async () => {
    const port = await freePort();
    const resource = `http://127.0.0.1:${port}/mcp`;
    url = new URL(resource);
    server = await startAuthorizationServer(resource, SCOPES);
    application = await startMcp(
      {
        audience: resource,
        issuers: [server.issuer],
        resourceMetadata: { resource, scopesSupported: SCOPES },
        isRevoked: ({ tokenId }) => revoked.has(tokenId),
      },
      { adapter, port, tools: [NotesTools] },
    );
  });
  afterAll(async () => {
    await application.close();
    await server.close();
  });
  beforeEach(() => {
    server.consent = SCOPES;
  });

  /** Does what a client can't do before its user has logged in, and does it again then. */
  async function withLogin<Done>(
    client: McpClient,
    login: Login,
    attempt: () => Promise<Done>,
  ): Promise<Done> {
    const error: unknown = await attempt().catch((thrown: unknown) => thrown);
    const wantsLogin = error instanceof UnauthorizedError || error instanceof UnauthorizedErrorV1;
    if (!wantsLogin || login.lastAsked === undefined) throw error;
    await client.finishLogin((await server.visit(login.lastAsked)).searchParams);
    return attempt();
  }

  describe.each(CLIENTS)('%s', (_name, make) => {
    it('finds the issuer, registers, logs in, steps up once and calls a tool', async () => {
      const login = new Login(['authorization_code']);
      const client = make(url, login);
      try {
        // The user does not consent to everything.
        server.consent = ['notes:read'];
        await withLogin(client, login, () => client.connect());
        expect(login.scopes).toEqual(['notes:read notes:write']);
        expect(await client.tools()).toEqual(['whoami']);
        expect(await client.call('whoami')).toMatchObject({ content: [{ text: '"alice"' }] });

        server.consent = SCOPES;
        const written = await withLogin(client, login, () => client.call('write_note'));
        expect(written).toMatchObject({ content: [{ text: '"written"' }] });
        expect(login.scopes).toEqual(['notes:read notes:write', 'notes:read notes:write']);
        expect(await client.tools()).toEqual(['whoami', 'write_note']);
      } finally {
        await client.close();
      }
    });

    it('is refused for good where the user never consents', async () => {
      const login = new Login(['authorization_code']);
      const client = make(url, login);
      try {
        server.consent = ['notes:read'];
        await withLogin(client, login, () => client.connect());
        await expect(
          withLogin(client, login, () => client.call('write_note')),
        ).rejects.toBeInstanceOf(Error);
        expect(new Set(login.scopes)).toEqual(new Set(['notes:read notes:write']));
        expect(await client.call('whoami')).toMatchObject({ content: [{ text: '"alice"' }] });
      } finally {
        await client.close();
      }
    });

    // So what `scopesSupported` leaves out is never there.
    it('refreshes a refused token by itself, and asks for no scope then', async () => {
      const login = new Login(['authorization_code', 'refresh_token']);
      const client = make(url, login);
      try {
        await withLogin(client, login, () => client.connect());
        const { access_token: token } = login.tokens() as { access_token: string };
        revoked.add(tokenIdOf(token));
        expect(await client.call('write_note')).toMatchObject({ content: [{ text: '"written"' }] });
        expect(login.scopes).toHaveLength(1);
        const refresh = server.exchanges.findLast((one) => one['grant_type'] === 'refresh_token');
        expect(refresh?.['scope']).toBeUndefined();
        expect(refresh?.['resource']).toBe(url.href);
      } finally {
        await client.close();
      }
    });
  });
});

function tokenIdOf(token: string): string | undefined {
  const [, payload = ''] = token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti?: string }).jti;
}
