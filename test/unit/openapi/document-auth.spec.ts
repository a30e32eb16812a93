import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, type Type, UseGuards, VersioningType } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  ApiBearerAuth,
  ApiExcludeEndpoint,
  ApiOkResponse,
  ApiOperation,
  ApiSecurity,
  ApiUnauthorizedResponse,
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import {
  JwtAuthGuard,
  OptionalAuth,
  Protected,
  Public,
  RequireAuthentication,
  RequireIssuer,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { type AuthDocumentOptions, documentAuth } from 'nestjs-trusted-issuers/openapi';
import { codesOfStatus } from '../../../src/core/refusals/refusal-bodies.js';
import {
  ADAPTERS,
  type ApplicationOptions,
  startApplication,
  type TestApplication,
} from '../../support/application.js';
import { unauthorizedBody } from '../../support/unauthorized.js';

@UseGuards(JwtAuthGuard)
@Controller('notes')
class NotesController {
  @Get()
  list(): object {
    return {};
  }

  @Public()
  @Get('about')
  about(): object {
    return {};
  }

  @OptionalAuth()
  @Get('greeting')
  greeting(): object {
    return {};
  }

  @ApiOperation({ operationId: 'renamed' })
  @ApiUnauthorizedResponse({ description: 'My own words' })
  @Post(['', 'new'])
  create(): object {
    return {};
  }

  @ApiExcludeEndpoint()
  @Get('hidden')
  hidden(): object {
    return {};
  }
}

@Controller('open')
class OpenController {
  @Get()
  list(): object {
    return {};
  }

  @UseGuards(JwtAuthGuard)
  @ApiSecurity('key')
  @Get('closed')
  closed(): object {
    return {};
  }

  @ApiSecurity('key')
  @Get('keyed')
  keyed(): object {
    return {};
  }
}

abstract class BaseController {
  @ApiOkResponse({ description: 'All' })
  @Get()
  shared(): object {
    return {};
  }
}

@Controller('inherited/open')
class OpenChildController extends BaseController {}

@UseGuards(JwtAuthGuard)
@ApiBearerAuth()
@Controller('inherited/closed')
class ClosedChildController extends BaseController {}

@Controller('inherited/grandchild')
class GrandchildController extends ClosedChildController {}

@Public()
@Controller('public')
class PublicController {
  @Protected()
  @Get('protected')
  protectedRoute(): object {
    return {};
  }

  @Get()
  list(): object {
    return {};
  }
}

@UseGuards(JwtAuthGuard)
@RequireScopes('notes')
@Controller('demanding')
class DemandingController {
  @RequireScopes.any('notes:read', 'notes:write')
  @Get()
  list(): object {
    return {};
  }

  @OptionalAuth()
  @RequireRoles('editor')
  @ApiBearerAuth()
  @Get('edit')
  edit(): object {
    return {};
  }

  @RequireIssuer('https://login.example', 'login')
  @Get('theirs')
  theirs(): object {
    return {};
  }

  @RequireAuthentication({ maxAgeSeconds: 60 })
  @Get('pay')
  pay(): object {
    return {};
  }

  @Public()
  @RequireScopes('lost')
  @Get('unguarded')
  unguarded(): object {
    return {};
  }
}

class NarrowerGuard extends JwtAuthGuard {}

/** Two controllers of one name, in one application. */
const namesakes = ['one', 'two'].map((path): Type => {
  @Controller(`namesake/${path}`)
  class Namesake {
    @Get()
    list(): object {
      return {};
    }
  }
  if (path === 'two') UseGuards(NarrowerGuard)(Namesake);
  return Namesake;
});

const CONTROLLERS = [
  NotesController,
  OpenController,
  OpenChildController,
  GrandchildController,
  ClosedChildController,
  PublicController,
  DemandingController,
  ...namesakes,
];
const ISSUERS = [{ issuer: 'https://login.example', name: 'login', audience: 'api' }];
const OPEN = undefined;
const CLOSED = ['400', '401', '503'];
const DEMANDING = ['400', '401', '403', '503'];

let application: TestApplication | undefined;
afterEach(() => application?.close());

async function documentOf(
  config: object = {},
  options: ApplicationOptions = {},
  build: (builder: DocumentBuilder) => DocumentBuilder = (builder) => builder,
  authOptions?: AuthDocumentOptions,
): Promise<OpenAPIObject> {
  const controllers = CONTROLLERS;
  application = await startApplication(
    { issuers: ISSUERS, ...config },
    { controllers, ...options },
  );
  const { app } = application;
  const base = build(new DocumentBuilder().setTitle('Notes').setVersion('1')).build();
  return documentAuth(app, () => SwaggerModule.createDocument(app, base), authOptions);
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

function operationsOf({ paths }: OpenAPIObject): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [
        `${method} ${path}`,
        operation as Operation,
      ]),
    ),
  );
}

/** The refusals each operation lists, or `undefined` for one that lists none. */
function refusalsOf(document: OpenAPIObject): Record<string, string[] | undefined> {
  return Object.fromEntries(
    Object.entries(operationsOf(document)).map(([name, { responses }]) => {
      const statuses = Object.keys(responses).filter((status) => Number(status) >= 400);
      return [name, statuses.length === 0 ? undefined : statuses];
    }),
  );
}

async function expectValid(document: OpenAPIObject): Promise<void> {
  const plain = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
  expect(JSON.stringify(plain)).not.toContain('nestjs-trusted-issuers');
  const { valid, errors } = await new Validator().validate(plain);
  expect([errors, valid]).toEqual([undefined, true]);
  for (const [, pointer = ''] of JSON.stringify(plain).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = pointer
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], plain);
    expect([pointer, target]).not.toEqual([pointer, undefined]);
  }
}

describe.each(ADAPTERS)('documentAuth on %s', (adapter) => {
  it('gives the refusals to exactly the routes that the guard looks at', async () => {
    const document = await documentOf({}, { adapter });
    expect(refusalsOf(document)).toEqual({
      'get /notes': CLOSED,
      'get /notes/about': OPEN,
      'get /notes/greeting': CLOSED,
      'post /notes': CLOSED,
      'post /notes/new': CLOSED,
      'get /open': OPEN,
      'get /open/closed': CLOSED,
      'get /open/keyed': OPEN,
      'get /inherited/open': OPEN,
      'get /inherited/closed': CLOSED,
      'get /inherited/grandchild': CLOSED,
      'get /public/protected': OPEN,
      'get /public': OPEN,
      'get /demanding': DEMANDING,
      'get /demanding/edit': DEMANDING,
      'get /demanding/pay': DEMANDING,
      'get /demanding/theirs': DEMANDING,
      'get /demanding/unguarded': ['401'],
      'get /namesake/one': OPEN,
      'get /namesake/two': CLOSED,
    });
    await expectValid(document);
  });

  it.each([
    ['guardEveryRoute', { guardEveryRoute: true }, {}],
    ['an APP_GUARD', {}, { providers: [{ provide: APP_GUARD, useClass: JwtAuthGuard }] }],
  ])('%s: all but the public ones', async (_name, config, options) => {
    const refusals = refusalsOf(await documentOf(config, { adapter, ...options }));
    const open = Object.keys(refusals).filter((name) => refusals[name] === OPEN);
    expect(open).toEqual(['get /notes/about', 'get /public']);
  });

  it('follows prefix and versions of the paths', async () => {
    const configure: ApplicationOptions['configure'] = (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] });
    };
    const document = await documentOf({}, { adapter, configure });
    const refusals = refusalsOf(document);
    expect(refusals['get /api/v1/notes']).toEqual(CLOSED);
    expect(refusals['get /api/v2/notes']).toEqual(CLOSED);
    expect(refusals['get /api/v2/notes/about']).toBe(OPEN);
    await expectValid(document);
  });
});

describe('documentAuth', () => {
  it('says what each route demands', async () => {
    const operations = operationsOf(await documentOf());
    const security = (name: string): unknown => operations[name]?.security;
    expect(security('get /notes')).toEqual([{ bearer: [] }]);
    expect(security('get /notes/about')).toBeUndefined();
    expect(security('get /notes/greeting')).toEqual([{}, { bearer: [] }]);
    expect(security('get /open/closed')).toEqual([{ bearer: [], key: [] }]);
    expect(security('get /open/keyed')).toEqual([{ key: [] }]);
    expect(security('get /inherited/open')).toBeUndefined();
    expect(security('get /inherited/closed')).toEqual([{ bearer: [] }]);
  });

  it.each([
    [
      '3.1.0',
      [
        ['notes', 'notes:read'],
        ['notes', 'notes:write'],
      ],
      ['notes'],
    ],
    ['3.0.0', [[]], []],
  ])('scopes are where OpenAPI %s has room for them', async (version, any, all) => {
    const document = await documentOf({}, {}, (builder) => builder.setOpenAPIVersion(version));
    const operations = operationsOf(document);
    expect(operations['get /demanding']?.security).toEqual(any.map((bearer) => ({ bearer })));
    expect(operations['get /demanding/edit']?.security).toEqual([{ bearer: all }]);
    expect(operations['get /demanding/unguarded']?.security).toBeUndefined();
    await expectValid(document);
  });

  it('scopes are in a scheme of OAuth that the document has, and always in words', async () => {
    const login = { type: 'openIdConnect', openIdConnectUrl: 'https://login.example' } as const;
    const document = await documentOf({}, {}, (builder) => builder.addSecurity('bearer', login));
    const operations = operationsOf(document);
    expect(operations['get /demanding/pay']?.security).toEqual([{ bearer: ['notes'] }]);
    const said = (name: string, status: string): unknown =>
      (operations[name]?.responses[status] as { description: string } | undefined)?.description;
    expect(said('get /demanding', '403')).toBe(
      'Forbidden: `insufficient_scope`. Needs the scopes `notes`. Needs one of the scopes `notes:read`, `notes:write`.',
    );
    expect(said('get /demanding/edit', '403')).toContain('Needs the roles `editor`.');
    expect(said('get /demanding/theirs', '403')).toBe(
      'Forbidden: `insufficient_scope`. Needs a token of `https://login.example` or `login`. Needs the scopes `notes`.',
    );
    expect(said('get /demanding/theirs', '401')).not.toContain('step_up_required');
    expect(said('get /demanding/unguarded', '401')).toBe('Unauthorized: `auth_required`.');
    expect(said('get /demanding/edit', '401')).toContain('auth_required');
    expect(said('get /demanding/edit', '401')).not.toContain('step_up_required');
    expect(said('get /demanding/pay', '401')).toContain('step_up_required');
    await expectValid(document);
  });

  it('a scheme that the document demands of all routes is taken back where no route asks for it', async () => {
    const document = await documentOf({}, {}, (builder) =>
      builder.addBearerAuth().addSecurityRequirements('bearer'),
    );
    const operations = operationsOf(document);
    expect(operations['get /notes/about']?.security).toEqual([]);
    expect(operations['get /notes']?.security).toEqual([{ bearer: [] }]);
    expect(operations['get /open/keyed']?.security).toEqual([{ key: [] }]);
  });

  it('adds the scheme under the name that is asked for, and keeps one that is there', async () => {
    const named = await documentOf({}, {}, undefined, { scheme: 'token' });
    expect(named.components?.securitySchemes).toHaveProperty('token.scheme', 'bearer');
    expect(operationsOf(named)['get /notes']?.security).toEqual([{ token: [] }]);
    await application?.close();
    const own = { type: 'openIdConnect', openIdConnectUrl: 'https://login.example' } as const;
    const kept = await documentOf({}, {}, (builder) => builder.addSecurity('bearer', own));
    expect(kept.components?.securitySchemes).toEqual({ bearer: own });
  });

  it.each([
    ['allowed', '3.1.0', [{ bearer: [] }, { dpop: [] }], ['bearer', 'dpop']],
    ['required', '3.0.0', [{ dpop: [] }], ['dpop']],
  ])('DPoP %s is a scheme of its own', async (mode, version, security, schemes) => {
    const document = await documentOf(
      { dpop: { mode, origin: 'https://api.example.com' } },
      {},
      (builder) => builder.setOpenAPIVersion(version),
    );
    expect(operationsOf(document)['get /notes']?.security).toEqual(security);
    expect(operationsOf(document)['get /notes/greeting']?.security).toEqual([{}, ...security]);
    expect(operationsOf(document)['get /notes/about']?.security).toBeUndefined();
    expect(Object.keys(document.components?.securitySchemes ?? {})).toEqual(schemes);
    await expectValid(document);
  });

  it.each([
    ['allowed', '3.1.0', [{ bearer: [] }, { bearer: [], mutualTLS: [] }]],
    ['required', '3.1.0', [{ bearer: [], mutualTLS: [] }]],
    ['required', '3.0.0', [{ bearer: [] }]],
  ])(
    'mutual TLS %s goes beside the token where OpenAPI %s has a word for it',
    async (mode, version, security) => {
      const document = await documentOf(
        { mtls: { mode, certificate: 'connection' } },
        {},
        (builder) => builder.setOpenAPIVersion(version),
      );
      expect(operationsOf(document)['get /notes']?.security).toEqual(security);
      expect('mutualTLS' in (document.components?.securitySchemes ?? {})).toBe(
        security.some((way) => 'mutualTLS' in way),
      );
      await expectValid(document);
    },
  );

  it('issuers that resolveIssuer gives may have the mode of the module, beside listed ones with their own', async () => {
    const document = await documentOf(
      {
        issuers: ISSUERS.map((issuer) => ({ ...issuer, mtls: 'required' })),
        mtls: { certificate: 'connection' },
        resolveIssuer: { origins: ['https://tenants.example'], resolve: () => undefined },
      },
      {},
      (builder) => builder.setOpenAPIVersion('3.1.0'),
    );
    expect(operationsOf(document)['get /notes']?.security).toEqual([
      { bearer: [] },
      { bearer: [], mutualTLS: [] },
    ]);
  });

  it('a document that demands each of the schemes of all routes gets every way once', async () => {
    const document = await documentOf(
      { dpop: { mode: 'allowed', origin: 'https://api.example.com' } },
      {},
      (builder) =>
        builder
          .addSecurityRequirements({ bearer: [], key: [] })
          .addSecurityRequirements({ dpop: [], key: [] }),
    );
    const { security } = operationsOf(document)['get /notes'] ?? {};
    expect(security).toEqual([
      { bearer: [], key: [] },
      { dpop: [], key: [] },
    ]);
    expect(operationsOf(document)['get /notes/about']?.security).toEqual([{ key: [] }]);
  });

  it('lists the codes a route can send, each with its body as this application words it', async () => {
    const document = await documentOf({ realm: 'orders', authenticateHint: 'auth_required' });
    const { responses } = operationsOf(document)['get /notes'] ?? {};
    const response = responses?.['401'] as { content: Record<string, { examples: object }> };
    expect(Object.keys(response.content)).toEqual(['application/json']);
    expect(Object.keys(response.content['application/json']?.examples ?? {})).toEqual(
      codesOfStatus(401).filter((code) => code !== 'token_invalid' && code !== 'step_up_required'),
    );
    expect(document.components?.examples).toHaveProperty(
      'auth_required.value',
      unauthorizedBody('auth_required', 'orders'),
    );
    expect(document.components?.examples).not.toHaveProperty(
      'token_expired.value.authenticateHint',
    );
    const optional = operationsOf(document)['get /notes/greeting']?.responses['401'];
    expect(JSON.stringify(optional)).not.toContain('auth_required');
  });

  it('minimal disclosure shows no code that is not sent', async () => {
    const document = await documentOf({ disclosure: 'minimal' });
    const text = JSON.stringify(document);
    expect(text).toContain('"token_invalid"');
    expect(text).not.toContain('issuer_untrusted');
    await expectValid(document);
  });

  it('keeps a response that the route declares itself', async () => {
    const { responses } = operationsOf(await documentOf())['post /notes/new'] ?? {};
    expect(responses?.['401']).toMatchObject({ description: 'My own words' });
    expect(responses?.['503']).toMatchObject({ headers: { 'Retry-After': {} } });
  });

  it.each(['3.0.0', '3.0.4', '3.1.0', '3.1.1'])(
    'is valid OpenAPI %s, problem details included',
    async (version) => {
      const document = await documentOf(
        { problemDetails: true, errorReference: {} },
        {},
        (builder) => builder.setOpenAPIVersion(version),
      );
      expect(document.openapi).toBe(version);
      expect(JSON.stringify(document)).toContain('application/problem+json');
      await expectValid(document);
    },
  );

  it('leaves no trace: a document made without it afterwards knows nothing of it', async () => {
    await documentOf();
    const app = application?.app as TestApplication['app'];
    const base = new DocumentBuilder().build();
    const before = JSON.stringify(SwaggerModule.createDocument(app, base));
    documentAuth(app, () => SwaggerModule.createDocument(app, base));
    expect(JSON.stringify(SwaggerModule.createDocument(app, base))).toBe(before);
    const failing = (): OpenAPIObject => {
      throw new Error('no document');
    };
    expect(() => documentAuth(app, failing)).toThrow('no document');
    expect(JSON.stringify(SwaggerModule.createDocument(app, base))).toBe(before);
    expect(before).not.toContain('nestjs-trusted-issuers');
  });
});
