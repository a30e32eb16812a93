import { Controller, Get, type Type, UseGuards, VersioningType } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  discoverOAuthProtectedResourceMetadata,
  extractResourceMetadataUrl,
  extractWWWAuthenticateParams,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { JwtAuthGuard, RequireScopes, TrustedIssuers } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import * as oauth from 'oauth4webapi';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { startProxy, type TestProxy } from '../support/proxy.js';

const METADATA = '/.well-known/oauth-protected-resource';
const loopback = { [oauth.allowInsecureRequests]: true };

@UseGuards(JwtAuthGuard)
@Controller('notes')
class NotesController {
  @RequireScopes('notes:read')
  @Get()
  list(): object {
    return { in: true };
  }
}

/** What serves a single-page application catches every path. */
function catchAllController(adapter: string): Type {
  @Controller()
  class CatchAllController {
    @Get(adapter === 'Fastify' ? '*' : '*path')
    page(): string {
      return 'page';
    }
  }
  return CatchAllController;
}

describe.each(ADAPTERS)('Where to log in (RFC 9728), on %s', (adapter) => {
  const issuers: TestIssuer[] = [];
  let application: TestApplication;

  beforeAll(async () => {
    const inHouse = await createTestIssuer();
    issuers.push(await createTestIssuer(), await createTestIssuer());
    application = await startApplication(
      {
        issuers: [
          ...issuers.map((issuer) => issuer.config()),
          { issuer: 'in-house', audience: 'api', keys: { jwks: inHouse.jwks } },
        ],
        tokenSources: [{ query: 'access_token' }, 'header', { cookie: 'token' }],
        guardEveryRoute: true,
        resourceMetadata: {
          resource: 'https://api.example.com/v1',
          scopesSupported: ['notes:read', 'notes:write'],
          resourceName: 'Notes “and more”',
          resourceDocumentation: 'https://docs.example.com/notes?lang=en',
        },
      },
      {
        adapter,
        controllers: [NotesController],
        configure: (app) => {
          app.setGlobalPrefix('v1');
          app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
          app.enableCors({ exposedHeaders: ['WWW-Authenticate'] });
        },
      },
    );
    await inHouse.close();
  });
  afterAll(async () => {
    await application.close();
    await Promise.all(issuers.map((issuer) => issuer.close()));
  });

  const URL_OF_DOCUMENT = `https://api.example.com${METADATA}/v1`;

  // RFC 9728 sections 2, 3.1 and 3.2.
  it.each([METADATA, `${METADATA}/v1`])(
    '%s: the document, to every client, whatever prefix, version and guard there are',
    async (path) => {
      const answer = await application.get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.text).toBe(
        JSON.stringify({
          resource: 'https://api.example.com/v1',
          authorization_servers: issuers.map(({ issuer }) => issuer),
          bearer_methods_supported: ['header', 'query'],
          scopes_supported: ['notes:read', 'notes:write'],
          resource_name: 'Notes “and more”',
          resource_documentation: 'https://docs.example.com/notes?lang=en',
        }),
      );
      expect((await application.get(path, 'junk')).status).toBe(200);
      const head = await application.call(path, { method: 'HEAD' });
      expect([head.status, head.text]).toEqual([200, '']);
    },
  );

  it('only there', async () => {
    expect((await application.get(`${METADATA}/v2`)).status).toBe(404);
    expect((await application.get(`/v1${METADATA}`)).status).toBe(404);
    expect((await application.call(METADATA, { method: 'POST' })).status).toBe(404);
  });

  // RFC 9728 section 5.1.
  it('every challenge names it, behind what the client must ask for and before the words', async () => {
    const [issuer] = issuers;
    const named = `resource_metadata="${URL_OF_DOCUMENT}"`;
    const challenges = [
      await application.get('/v1/v2/notes'),
      await application.get('/v1/v2/notes', issuer?.expiredToken()),
      await application.get('/v1/v2/notes', issuer?.token()),
      await application.get('/v1/v2/notes?access_token=a', 'b'),
    ].map(({ challenge }) => challenge);
    expect(challenges).toEqual([
      `Bearer realm="api", scope="notes:read", ${named}`,
      `Bearer realm="api", error="invalid_token", ${named}, error_description="Access token expired"`,
      `Bearer realm="api", error="insufficient_scope", scope="notes:read", ${named}, error_description="Insufficient scope"`,
      `Bearer realm="api", error="invalid_request", ${named}, error_description="More than one access token"`,
    ]);
  });

  it('the hint in the body stays scheme and realm', async () => {
    expect((await application.get('/v1/v2/notes')).json).toMatchObject({
      authenticateHint: 'Bearer realm="api"',
    });
  });

  it('a browser of another origin may read it, as far as the application’s CORS says', async () => {
    const origin = ['Origin', 'https://app.example'] as const;
    const answer = await application.call(METADATA, { headers: [origin] });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    const preflight = await application.call(METADATA, {
      method: 'OPTIONS',
      headers: [
        origin,
        ['Access-Control-Request-Method', 'GET'],
        ['Access-Control-Request-Headers', 'mcp-protocol-version'],
      ],
    });
    expect(preflight.status).toBe(204);
  });
});

describe.each(ADAPTERS)('Clients find the issuer by a refusal alone, on %s', (adapter) => {
  let issuer: TestIssuer;
  let proxy: TestProxy;
  let application: TestApplication;

  /** Starts an API behind a proxy that hands `from` on as `to`. */
  async function start(
    policy: Readonly<Record<string, string>>,
    config: (origin: string) => { resource: string; url?: string },
  ): Promise<void> {
    issuer = await createTestIssuer();
    proxy = await startProxy(policy);
    application = await startApplication(
      { issuers: [issuer.config()], resourceMetadata: config(proxy.origin) },
      { adapter, controllers: [NotesController] },
    );
    proxy.target = application.url;
  }
  async function stop(): Promise<void> {
    await application.close();
    await proxy.close();
    await issuer.close();
  }

  describe('behind a proxy that cuts a prefix off', () => {
    beforeAll(() =>
      start({ '/api/': '/', '/.well-known/': '/.well-known/' }, (origin) => ({
        resource: `${origin}/api`,
      })),
    );
    afterAll(stop);

    it('the MCP SDK’s own client code', async () => {
      const refusal = await fetch(`${proxy.origin}/api/notes`);
      expect(refusal.status).toBe(401);
      const { resourceMetadataUrl, error } = extractWWWAuthenticateParams(refusal);
      expect(error).toBeUndefined();
      expect(extractResourceMetadataUrl(refusal)).toEqual(resourceMetadataUrl);
      const opts = resourceMetadataUrl && { resourceMetadataUrl };
      const found = await discoverOAuthProtectedResourceMetadata(`${proxy.origin}/api`, opts);
      expect(found).toMatchObject({
        resource: `${proxy.origin}/api`,
        authorization_servers: [issuer.issuer],
      });
      // And with no header read, by the well-known address alone.
      expect(await discoverOAuthProtectedResourceMetadata(`${proxy.origin}/api`)).toEqual(found);
    });

    it('the MCP SDK learns the scope to ask for from a 403', async () => {
      const refusal = await fetch(`${proxy.origin}/api/notes`, {
        headers: { Authorization: `Bearer ${issuer.token()}` },
      });
      expect(extractWWWAuthenticateParams(refusal)).toEqual({
        error: 'insufficient_scope',
        scope: 'notes:read',
        resourceMetadataUrl: new URL(`${proxy.origin}${METADATA}/api`),
      });
    });

    it('oauth4webapi: from the refusal to the issuer’s own metadata', async () => {
      const resource = new URL(`${proxy.origin}/api`);
      const calling = oauth.protectedResourceRequest(
        issuer.expiredToken(),
        'GET',
        new URL(`${proxy.origin}/api/notes`),
        undefined,
        undefined,
        loopback,
      );
      const refused = await calling.catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
      const [challenge] = (refused as oauth.WWWAuthenticateChallengeError).cause;
      expect(challenge).toEqual({
        scheme: 'bearer',
        parameters: {
          realm: 'api',
          error: 'invalid_token',
          resource_metadata: `${proxy.origin}${METADATA}/api`,
          error_description: 'Access token expired',
        },
      });
      const response = await oauth.resourceDiscoveryRequest(resource, loopback);
      expect(response.url).toBe(challenge?.parameters['resource_metadata']);
      const metadata = await oauth.processResourceDiscoveryResponse(resource, response);
      const server = new URL(metadata.authorization_servers?.[0] ?? '');
      const discovered = await oauth.processDiscoveryResponse(
        server,
        await oauth.discoveryRequest(server, loopback),
      );
      expect(discovered.issuer).toBe(issuer.issuer);
    });
  });

  describe('behind a proxy that hands nothing else on', () => {
    beforeAll(() =>
      start({ '/api/': '/' }, (origin) => ({
        resource: `${origin}/api`,
        url: `${origin}/api/metadata`,
      })),
    );
    afterAll(stop);

    it('the document is at `url` too, with the prefix', async () => {
      expect((await application.get('/api/metadata')).status).toBe(200);
      expect((await application.get('/metadata')).status).toBe(404);
    });

    it('the challenge names `url`', async () => {
      const refusal = await fetch(`${proxy.origin}/api/notes`);
      expect(extractWWWAuthenticateParams(refusal).resourceMetadataUrl?.href).toBe(
        `${proxy.origin}/api/metadata`,
      );
    });
  });
});

it.each(ADAPTERS)(
  'a controller that catches every path does not hide it, on %s',
  async (adapter) => {
    const application = await startApplication(
      {
        issuers: ['https://login.example.com'],
        audience: 'notes',
        resourceMetadata: { resource: 'https://api.example.com/' },
      },
      { adapter, controllers: [catchAllController(adapter)] },
    );
    expect((await application.get('/anything')).text).toBe('page');
    expect((await application.get(METADATA)).json).toEqual({
      resource: 'https://api.example.com/',
      authorization_servers: ['https://login.example.com'],
      bearer_methods_supported: ['header'],
    });
    await application.close();
  },
);

it('the document follows the trust list; templates are not addresses', async () => {
  const tenants = {
    issuer: 'https://login.example.com/{tenantid}/v2.0',
    tenants: 'any',
    keys: { jwksUri: 'https://login.example.com/keys' },
  } as const;
  const application = await startApplication({
    issuers: ['https://a.example', tenants],
    audience: 'notes',
    resourceMetadata: { resource: 'https://api.example.com' },
  });
  const servers = async (): Promise<unknown> =>
    ((await application.get(METADATA)).json as Record<string, unknown>)['authorization_servers'];
  const trustedIssuers = application.app.get(TrustedIssuers);
  expect(await servers()).toEqual(['https://a.example']);
  trustedIssuers.add('https://b.example');
  expect(await servers()).toEqual(['https://a.example', 'https://b.example']);
  trustedIssuers.remove('https://a.example');
  trustedIssuers.remove('https://b.example');
  expect(await servers()).toBeUndefined();
  await application.close();
});

describe('offline_access in scopesSupported', () => {
  // MCP (revision 2026-07-28), authorization: no scope of a resource.
  it.each([
    [['notes:read', 'offline_access'], 'lists "offline_access", which is no scope of this API'],
    [['notes:read', 'offline_access:x'], ''],
  ])('scopesSupported %j: a warning at start, or none', async (scopesSupported, warning) => {
    const issuer = await createTestIssuer({ listen: false });
    const application = await startApplication({
      issuers: [issuer.config()],
      resourceMetadata: { resource: 'https://api.example.com', scopesSupported },
    });
    const warned = application.log.text('warn');
    await application.close();
    expect(warned === '').toBe(warning === '');
    expect(warned).toContain(warning);
  });
});

describe('Without resourceMetadata', () => {
  it('no document, and no challenge names one', async () => {
    const issuer = await createTestIssuer();
    const application = await startApplication({ issuers: [issuer.config()] });
    expect((await application.get(METADATA)).status).toBe(404);
    expect((await application.get('/notes')).challenge).toBe('Bearer realm="api"');
    await application.close();
    await issuer.close();
  });
});
