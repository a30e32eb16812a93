// Starts one application that speaks HTTP and nothing else, answers one request, and ends.
import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [form, adapterName, config] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const library = await load();
const adapter = await makeAdapter();

class NotesController {
  list() {
    return { notes: [] };
  }
}
const descriptor = Object.getOwnPropertyDescriptor(NotesController.prototype, 'list');
Get()(NotesController.prototype, 'list', descriptor);
if (library) UseGuards(library.JwtAuthGuard)(NotesController);
Controller('notes')(NotesController);

class AppModule {}
Module({
  imports: library ? [library.AuthModule.forRoot(JSON.parse(config))] : [],
  controllers: [NotesController],
})(AppModule);

const app = await NestFactory.create(AppModule, adapter, { logger: false });
await app.listen(0, '127.0.0.1');
const answer = await fetch(`${await app.getUrl()}/notes`);
assert.equal(answer.status, library ? 401 : 200);
await app.close();

function load() {
  if (form === 'import') return import('nestjs-trusted-issuers');
  return form === 'require' ? require('../../../dist/cjs/index.js') : undefined;
}

async function makeAdapter() {
  if (adapterName === 'Fastify')
    return new (await import('@nestjs/platform-fastify')).FastifyAdapter();
  return new (await import('@nestjs/platform-express')).ExpressAdapter();
}
