/** A microservice over TCP. A message brings its token as the member `authorization` of its payload. */
import { Controller, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import {
  AuthModule,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  RequireScopes,
} from 'nestjs-trusted-issuers';

@UseGuards(JwtAuthGuard)
@Controller()
export class JobsController {
  @RequireScopes('jobs:write')
  @MessagePattern('jobs.take')
  take(@Payload('job') job: string, @CurrentIdentity() { subject }: Identity) {
    return `${subject} takes ${job}`;
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      audience: process.env['AUDIENCE'] ?? 'https://api.example.com',
      issuers: [process.env['ISSUER'] ?? 'http://127.0.0.1:4455'],
    }),
  ],
  controllers: [JobsController],
})
export class AppModule {}

async function start() {
  const service = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 3000) },
  });
  return service.listen().then(() => service);
}

export const running = start();
