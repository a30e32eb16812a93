import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const app =
    process.env.ADAPTER === 'fastify'
      ? await NestFactory.create(AppModule, new FastifyAdapter())
      : await NestFactory.create(AppModule);
  await app.listen(0, '127.0.0.1');
  console.log(`listening at ${await app.getUrl()}`);
}
void bootstrap();
