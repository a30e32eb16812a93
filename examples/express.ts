/** An API on Express that trusts two issuers. One route needs a caller, one is open to everybody. */
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  AuthModule,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Public,
} from 'nestjs-trusted-issuers';

@UseGuards(JwtAuthGuard)
@Controller('notes')
export class NotesController {
  @Get()
  list(@CurrentIdentity() identity: Identity) {
    return { caller: identity.subject, of: identity.issuer };
  }

  @Public()
  @Get('about')
  about() {
    return { about: 'notes' };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      audience: process.env['AUDIENCE'] ?? 'https://api.example.com',
      issuers: [
        process.env['ISSUER'] ?? 'http://127.0.0.1:4455',
        {
          issuer: 'https://partner.example',
          audience: 'partner-api',
          algorithms: ['ES256'],
          keys: { jwksUri: 'https://partner.example/jwks' },
        },
      ],
    }),
  ],
  controllers: [NotesController],
})
export class AppModule {}

async function start() {
  const app = await NestFactory.create<NestExpressApplication>(AppModule);
  return app.listen(process.env['PORT'] ?? 3000, '127.0.0.1').then(() => app);
}

export const running = start();
