import {
  type INestApplication,
  type INestMicroservice,
  type LoggerService,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  type MicroserviceOptions,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices';
import { AuthModule, type AuthModuleConfig, type AuthModuleExtras } from 'nestjs-trusted-issuers';
import type { AddressInfo, Server } from 'node:net';
import { firstValueFrom, type Observable } from 'rxjs';
import type { Clock } from '../../src/core/util/clock.js';
import { TOKENS } from '../../src/core/util/di-tokens.js';
import { CapturedLog } from './captured-log.js';

/** On a free loopback port. */
export const TCP: TcpOptions = {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port: 0 },
};

export interface MicroserviceParts extends ModuleMetadata {
  readonly config: AuthModuleConfig & AuthModuleExtras;
  readonly clock?: Clock;
}

/** Starts an application that is a microservice and nothing else. */
export async function startMicroservice(
  parts: MicroserviceParts,
  options: MicroserviceOptions = TCP,
): Promise<{ service: INestMicroservice; log: CapturedLog; close(): Promise<void> }> {
  const log = new CapturedLog();
  const service = await NestFactory.createMicroservice<MicroserviceOptions>(moduleOf(parts), {
    ...options,
    ...{ logger: log as LoggerService, abortOnError: false },
  });
  await service.listen();
  return { service, log, close: () => service.close() };
}

/** Starts an application that serves HTTP and messages over TCP. */
export async function startHybrid(
  parts: MicroserviceParts,
  hybrid: { inheritAppConfig?: boolean },
  configure: (app: INestApplication) => void = () => undefined,
): Promise<{ service: INestMicroservice; log: CapturedLog; close(): Promise<void> }> {
  const log = new CapturedLog();
  const app = await NestFactory.create(moduleOf(parts), {
    logger: log as LoggerService,
    abortOnError: false,
  });
  configure(app);
  const service = app.connectMicroservice<MicroserviceOptions>(TCP, hybrid);
  await app.startAllMicroservices();
  await app.init();
  return { service, log, close: () => app.close() };
}

/** A client of a microservice that listens on a free port. */
export function tcpClientOf(service: INestMicroservice): ClientProxy {
  const { port } = service.unwrap<Server>().address() as AddressInfo;
  return ClientProxyFactory.create({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  });
}

/** What comes back: the answer, or what the caller's observable fails with. */
export function answerOf(sent: Observable<unknown>): Promise<unknown> {
  return firstValueFrom(sent).catch((error: unknown) => ({ refused: error }));
}

function moduleOf({ config, clock, imports = [], ...metadata }: MicroserviceParts) {
  const auth = AuthModule.forRoot(config);
  // The later one of two providers for a token counts.
  if (clock)
    auth.providers = [...(auth.providers ?? []), { provide: TOKENS.clock, useValue: clock }];

  @Module({ ...metadata, imports: [...imports, auth] })
  class TestModule {}
  return TestModule;
}
