import type {
  INestApplication,
  LoggerService,
  ModuleMetadata,
  NestApplicationOptions,
} from '@nestjs/common';
import { Module } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuthModule, type AuthModuleConfig, type AuthModuleExtras } from 'nestjs-trusted-issuers';
import type { AddressInfo } from 'node:net';
import { CapturedLog } from './captured-log.js';
import { type HttpAnswer, type HttpCall, send } from './http.js';
import type { Clock } from '../../src/core/util/clock.js';
import { TOKENS } from '../../src/core/util/di-tokens.js';
import { chosenOptions } from './chosen-options.js';
import { NotesController } from './notes.controller.js';

/** The adapters every end-to-end promise is kept on. */
export const ADAPTERS = ['Express', 'Fastify'] as const;
export type AdapterName = (typeof ADAPTERS)[number];

export interface ApplicationOptions extends ModuleMetadata {
  readonly adapter?: AdapterName;
  /** Options of the HTTP server or of Fastify. */
  readonly serverOptions?: object;
  /** Further options of `NestFactory.create`. */
  readonly nestOptions?: NestApplicationOptions;
  /** Default: any free one. */
  readonly port?: number;
  /** In place of the machine's clock. */
  readonly clock?: Clock;
  /** Last touches before it listens. */
  readonly configure?: (app: INestApplication) => unknown;
}

/** A running application and the way to talk to it. */
export interface TestApplication {
  readonly app: INestApplication;
  readonly log: CapturedLog;
  readonly url: string;
  call(path: string, call?: HttpCall): Promise<HttpAnswer>;
  /** A call with a bearer token. */
  get(path: string, token?: string): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Starts an application whose only concern is authentication. */
export function startApplication(
  config: AuthModuleConfig & AuthModuleExtras,
  { imports = [], controllers = [NotesController], clock, ...options }: ApplicationOptions = {},
): Promise<TestApplication> {
  const module = AuthModule.forRoot({ ...chosenOptions(), ...config });
  // The later one of two providers for a token counts.
  if (clock)
    module.providers = [...(module.providers ?? []), { provide: TOKENS.clock, useValue: clock }];
  return startModule({ ...options, controllers, imports: [...imports, module] });
}

/** Starts any application module on a free loopback port. */
export async function startModule({
  adapter = 'Express',
  serverOptions,
  nestOptions,
  configure,
  port: wanted = 0,
  ...metadata
}: ApplicationOptions): Promise<TestApplication> {
  @Module(metadata)
  class TestModule {}

  const log = new CapturedLog();
  const app = await NestFactory.create(TestModule, makeAdapter(adapter, serverOptions), {
    logger: log as LoggerService,
    abortOnError: false,
    ...nestOptions,
  });
  await configure?.(app);
  await app.listen(wanted, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const call = (path: string, options?: HttpCall): Promise<HttpAnswer> => send(url + path, options);
  return {
    app,
    log,
    url,
    call,
    get: (path, token) =>
      call(path, token === undefined ? {} : { headers: [['Authorization', `Bearer ${token}`]] }),
    close: () => app.close(),
  };
}

/** For applications that are not started here. */
export function makeAdapter(name: AdapterName, options?: object): AbstractHttpAdapter {
  if (name === 'Fastify') return new FastifyAdapter({ forceCloseConnections: true, ...options });
  return new ExpressAdapter();
}
