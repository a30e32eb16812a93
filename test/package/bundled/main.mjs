import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { AuthModule, CurrentIdentity, JwtAuthGuard } from 'nestjs-trusted-issuers';

class NotesController {
  list(identity) {
    return { caller: identity.subject };
  }
}
const { prototype } = NotesController;
CurrentIdentity()(prototype, 'list', 0);
Get()(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list'));
UseGuards(JwtAuthGuard)(NotesController);
Controller('notes')(NotesController);

class AppModule {}
Module({
  imports: [
    AuthModule.forRoot({ audience: 'https://api.example.com', issuers: [process.env.ISSUER] }),
  ],
  controllers: [NotesController],
})(AppModule);

async function bootstrap() {
  const app = await NestFactory.create(AppModule, new ExpressAdapter());
  await app.listen(0, '127.0.0.1');
  console.log(`listening at ${await app.getUrl()}`);
}
void bootstrap();
