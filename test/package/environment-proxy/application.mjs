// Starts an application, answers one request with a token, says how, and ends.
import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connect } from 'node:net';
import { AuthModule, JwtAuthGuard } from 'nestjs-trusted-issuers';

const [adapterName, issuer, token] = process.argv.slice(2);

class NotesController {
  list() {
    return [];
  }
}
const descriptor = Object.getOwnPropertyDescriptor(NotesController.prototype, 'list');
Get()(NotesController.prototype, 'list', descriptor);
UseGuards(JwtAuthGuard)(NotesController);
Controller('notes')(NotesController);

class AppModule {}
Module({
  imports: [AuthModule.forRoot({ issuers: [JSON.parse(issuer)] })],
  controllers: [NotesController],
})(AppModule);

const errors = [];
const silent = () => {};
const logger = { log: silent, warn: silent, error: (line) => errors.push(line) };
const app = await NestFactory.create(AppModule, await makeAdapter(), { logger });
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address();
// Not by fetch, which has a proxy of its own.
const status = await new Promise((resolve) => {
  const call = `GET /notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;
  const socket = connect(port, '127.0.0.1', () => socket.write(call));
  socket.once('data', (data) => resolve(Number(String(data).split(' ')[1])));
});
await app.close();
console.log(JSON.stringify({ status, errors }));

async function makeAdapter() {
  if (adapterName === 'Fastify')
    return new (await import('@nestjs/platform-fastify')).FastifyAdapter();
  return new (await import('@nestjs/platform-express')).ExpressAdapter();
}
