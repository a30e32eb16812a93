import { afterAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  type Type,
  UseGuards,
  type ValueProvider,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Logger, PARAMS_PROVIDER_TOKEN, type Params } from 'nestjs-pino';
import {
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireRoles,
  type TrustedIssuerConfig,
} from 'nestjs-trusted-issuers';
import { overrideAuth, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import ts from 'typescript';
import {
  ADAPTERS,
  type AdapterName,
  makeAdapter,
  startApplication,
} from '../support/application.js';
import { command } from '../support/command-line.js';
import { type HttpAnswer, type HttpCall, send } from '../support/http.js';
import { opened } from '../support/opened.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const README = blocksOf(readMarkdown('README.md'));
const RECIPES = blocksOf(readMarkdown('docs/recipes.md'));
const BLOCKS = [...README.filter(({ name }) => name === 'notes.controller.ts'), ...RECIPES];
const GENERATED = generatedFolder('recipes');

afterAll(() => rmSync(GENERATED, { recursive: true }));

const { keep, issuer: startIssuer } = opened();

async function block<Exports>(file: string): Promise<Exports> {
  return (await importBlock(BLOCKS, GENERATED, file)) as Exports;
}

const bearer = (token: string): HttpCall => ({ headers: [['Authorization', `Bearer ${token}`]] });

interface Logged {
  readonly level: number;
  readonly msg: string;
  readonly context?: string;
  readonly req?: { readonly headers: Readonly<Record<string, string>> };
}

/** nestjs-pino has one logger for a process, so both adapters write here. */
const LINES: Logged[] = [];
const LOG = new Writable({
  write: (line: Buffer, _encoding, done) => {
    LINES.push(JSON.parse(line.toString()) as Logged);
    done();
  },
});

/** The recipe's application as it is, except where its log goes and which issuer it trusts. */
async function startLogged(adapter: AdapterName, issuer: TestIssuer) {
  const { LoggedModule } = await block<{ LoggedModule: Type }>('logged.module.ts');
  const [{ providers = [] } = {}] = Reflect.getMetadata('imports', LoggedModule) as DynamicModule[];
  const { useValue } = providers.find(
    (provider) => 'provide' in provider && provider.provide === PARAMS_PROVIDER_TOKEN,
  ) as ValueProvider<Params>;
  const builder = Test.createTestingModule({ imports: [LoggedModule] })
    .overrideProvider(PARAMS_PROVIDER_TOKEN)
    .useValue({ ...useValue, pinoHttp: [useValue.pinoHttp, LOG] });
  const module = await overrideAuth(builder, { issuers: [issuer] }).compile();
  const app = keep(module.createNestApplication(makeAdapter(adapter), { bufferLogs: true }));
  app.useLogger(app.get(Logger));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return (path: string, call: HttpCall): Promise<HttpAnswer> => send(url + path, call);
}

describe.each(ADAPTERS)('docs/recipes.md, nestjs-pino on %s', (adapter) => {
  it('the log has the request, the reason of a refusal, and no token', async () => {
    const issuer = await startIssuer();
    const call = await startLogged(adapter, issuer);
    LINES.length = 0;
    const [good, expired] = [issuer.token(), issuer.expiredToken()];
    const [proof, cookie] = ['a.dpop.proof', 'session=secret'];
    const answer = await call('/notes', {
      headers: [
        ['Authorization', `Bearer ${good}`],
        ['DPoP', proof],
        ['Cookie', cookie],
        ['X-Trace', 'shown'],
      ],
    });
    expect(answer.json).toEqual({ caller: 'alice', of: issuer.issuer });
    expect((await call('/notes', bearer(expired))).status).toBe(401);

    const redacted = '[Redacted]';
    expect(LINES.map(({ req }) => req?.headers)).toContainEqual(
      expect.objectContaining({
        ...{ authorization: redacted, dpop: redacted, cookie: redacted, 'x-trace': 'shown' },
      }),
    );
    expect(LINES).toContainEqual(
      expect.objectContaining({ level: 20, msg: expect.stringContaining('token_expired') }),
    );
    const text = JSON.stringify(LINES);
    for (const secret of [good, expired, proof, cookie]) expect(text).not.toContain(secret);
  });

  it('main.ts has AuthModule log through pino, as this test does', () => {
    const main = RECIPES.find(({ name }) => name === 'main.ts');
    expect(main?.text).toContain('app.useLogger(app.get(Logger));');
  });
});

describe.each(ADAPTERS)('docs/recipes.md, nestjs-cls on %s', (adapter) => {
  it('a service finds the caller of its own request, however many run at once', async () => {
    const { CallerModule, AuditTrail } = await block<{
      CallerModule: Type;
      AuditTrail: Type<{ entry(action: string): string }>;
    }>('caller.module.ts');

    @Controller()
    class ActionsController {
      constructor(@Inject(AuditTrail) private readonly trail: { entry(action: string): string }) {}

      @Get('act')
      async act(): Promise<string> {
        await new Promise(setImmediate); // others arrive meanwhile
        return this.trail.entry('acted');
      }

      @Public()
      @Get('about')
      about(): string {
        return this.trail.entry('looked');
      }

      @OptionalAuth()
      @Get('greeting')
      greeting(): string {
        return this.trail.entry('greeted');
      }
    }
    const issuer = await startIssuer();
    const builder = Test.createTestingModule({
      imports: [CallerModule],
      controllers: [ActionsController],
    });
    const module = await overrideAuth(builder, { issuers: [issuer] }).compile();
    const app = keep(module.createNestApplication(makeAdapter(adapter)));
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const get = (path: string, subject?: string): Promise<HttpAnswer> =>
      send(url + path, subject === undefined ? {} : bearer(issuer.token({ subject })));

    const subjects = Array.from({ length: 10 }, (_none, index) => `caller-${index}`);
    const answers = await Promise.all(subjects.map((subject) => get('/act', subject)));
    expect(answers.map(({ text }) => text)).toEqual(
      subjects.map((subject) => `${issuer.issuer}|${subject}: acted`),
    );
    expect((await get('/act')).json).toMatchObject({ status: 401, code: 'auth_required' });
    expect((await get('/about')).text).toBe('a caller without a token: looked');
    expect((await get('/greeting')).text).toBe('a caller without a token: greeted');
    expect((await get('/greeting', 'alice')).text).toBe(`${issuer.issuer}|alice: greeted`);
  });
});

describe.each(ADAPTERS)('docs/recipes.md, terms of one issuer on %s', (adapter) => {
  it('several key sets: keys of both addresses verify, and of one while the other is down', async () => {
    const { issuer: terms } = await block<{ issuer: TrustedIssuerConfig }>('two-key-sets.ts');
    const systems = [await startIssuer({ algorithm: 'ES256' }), await startIssuer()];
    const [first, second] = systems as [TestIssuer, TestIssuer];
    const servers = new Map([
      ['https://login.example.com/jwks', first],
      ['https://new.example.com/jwks', second],
    ]);
    const asked: string[] = [];
    let down: string | undefined;
    // Each address of the recipe is answered by a real server on loopback.
    const http: TrustedIssuerConfig['http'] = {
      fetch: (url, init) => {
        asked.push(String(url));
        const server = servers.get(String(url));
        if (server === undefined || String(url) === down) throw new Error('nothing listens there');
        return fetch(server.jwksUri, init as RequestInit);
      },
    };
    const tokenOf = (system: TestIssuer): string =>
      system.token({ claims: { iss: terms.issuer } } as object);
    const start = async () =>
      keep(await startApplication({ issuers: [{ ...terms, http }] }, { adapter }));

    const both = await start();
    for (const system of systems)
      expect((await both.get('/notes', tokenOf(system))).status).toBe(200);
    expect(asked.toSorted()).toEqual([...servers.keys()].toSorted());

    [down] = [...servers.keys()];
    const one = await start();
    expect((await one.get('/notes', tokenOf(second))).status).toBe(200);
    expect((await one.get('/notes', tokenOf(first))).json).toMatchObject({
      ...{ status: 503, code: 'keys_unavailable' },
    });
  });

  it('paths of roles: a named claim, a path and the keys of an object', async () => {
    const { issuer: terms } = await block<{ issuer: TrustedIssuerConfig }>('role-paths.ts');

    @UseGuards(JwtAuthGuard)
    @Controller()
    class EditorsController {
      @RequireRoles('editor')
      @Get('edit')
      edit(): string {
        return 'edited';
      }
    }
    const issuer = await startIssuer();
    const { identity = {} } = terms;
    const { get } = keep(
      await startApplication(
        { issuers: [issuer.config({ identity })] },
        { adapter, controllers: [EditorsController] },
      ),
    );
    const status = async (claims: object): Promise<number> =>
      (await get('/edit', issuer.token({ claims: claims as Record<string, unknown> }))).status;
    const roles = ['editor'];
    expect(await status({ 'https://example.com/roles': roles })).toBe(200);
    expect(await status({ resource_access: { 'notes-api': { roles } } })).toBe(200);
    expect(await status({ 'urn:zitadel:iam:org:project:roles': { editor: { 1: 'a' } } })).toBe(200);
    expect(await status({ resource_access: { 'other-api': { roles } } })).toBe(403);
    expect(await status({ roles })).toBe(403); // a default place, which the list replaces
  });
});

describe('docs/recipes.md, one configuration for both', () => {
  const source = RECIPES.find(({ name }) => name === 'auth.config.ts')?.text ?? '';

  it.each([
    ['an ES module', 'auth.config.mjs', ts.ModuleKind.ES2022],
    ['CommonJS', 'auth.config.cjs', ts.ModuleKind.CommonJS],
  ])('doctor and inspect read it, compiled to %s', async (_form, name, module) => {
    const issuer = await startIssuer();
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module, target: ts.ScriptTarget.ES2022 },
    });
    mkdirSync(GENERATED, { recursive: true });
    writeFileSync(GENERATED + name, outputText);
    process.env['ISSUER'] = issuer.issuer;
    try {
      const examined = await command(['doctor', '--config', GENERATED + name]);
      expect([examined.exitCode, examined.out]).toEqual([
        0,
        expect.stringContaining(`works  ${issuer.issuer}`),
      ]);
      const inspected = await command(
        ['inspect', '--config', GENERATED + name, '--fetch-keys', '--json'],
        { stdin: issuer.token() },
      );
      expect(JSON.parse(inspected.out)).toMatchObject({ verdict: 'accepted' });
    } finally {
      delete process.env['ISSUER'];
    }
  });

  it('the application takes the same function', async () => {
    const { config } = await block<{ config(): Parameters<typeof startApplication>[0] }>(
      'auth.config.ts',
    );
    const issuer = await startIssuer();
    process.env['ISSUER'] = issuer.issuer;
    try {
      const { get } = keep(await startApplication(config()));
      expect((await get('/notes', issuer.token())).status).toBe(200);
    } finally {
      delete process.env['ISSUER'];
    }
  });
});
