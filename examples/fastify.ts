/** An API on Fastify in which every route needs a caller, unless it says otherwise. */
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  AuthModule,
  CurrentIdentity,
  type Identity,
  OptionalAuth,
  RequireScopes,
} from 'nestjs-trusted-issuers';

@Controller('notes')
export class NotesController {
  @Get()
  list(@CurrentIdentity() identity: Identity) {
    return { caller: identity.subject };
  }

  @RequireScopes('notes:write')
  @Post()
  write(@CurrentIdentity() identity: Identity) {
    return { by: identity.id };
  }

  @OptionalAuth()
  @Get('greeting')
  greet(@CurrentIdentity() identity: Identity | undefined) {
    return { hello: identity?.subject ?? 'stranger' };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      guardEveryRoute: true,
      audience: process.env['AUDIENCE'] ?? 'https://api.example.com',
      issuers: [process.env['ISSUER'] ?? 'http://127.0.0.1:4455'],
    }),
  ],
  controllers: [NotesController],
})
export class AppModule {}

async function start() {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());
  return app.listen(process.env['PORT'] ?? 3000, '127.0.0.1').then(() => app);
}

export const running = start();
