// Runs in a folder that has a copy of @nestjs/core of its own; says what its routes answer, or why it does not start.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { AuthModule } from 'nestjs-trusted-issuers';
import { io } from 'socket.io-client';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';

const [adapterName, moduleOf, library] = process.argv.slice(2);
const shared = await import(library);
const issuer = await createTestIssuer();
const config = { issuers: [issuer.config()] };

class AppModule {}
Module({
  imports: [(moduleOf === 'library' ? shared.AuthModule : AuthModule).forRoot(config)],
  controllers: [shared.NotesController],
  providers: [shared.NotesGateway],
})(AppModule);

const twoCores = Reflector !== shared.ITS_OWN;
const twoCopies = AuthModule !== shared.AuthModule;
console.log(JSON.stringify({ twoCores, twoCopies, ...(await answers()) }));
await issuer.close();

async function answers() {
  const options = { logger: false, abortOnError: false };
  let app;
  try {
    app = await NestFactory.create(AppModule, await makeAdapter(), options);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const get = async (path, token) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(url + path, { headers });
      const { code, caller, about } = await answer.json();
      return [answer.status, code ?? caller ?? about];
    };
    const granted = { subject: 'bob', scopes: ['notes:read'] };
    return {
      found: [
        await get('/notes/about'),
        await get('/notes'),
        await get('/notes', issuer.token({ ...granted, claims: { roles: ['reader'] } })),
        await get('/notes', issuer.token(granted)),
        await get('/notes/edit', issuer.token({ subject: 'bob', claims: { acr: 'gold' } })),
        await get('/notes/edit', issuer.token()),
        await join(url),
        await join(url, issuer.token(granted)),
      ],
    };
  } catch (error) {
    return { fault: `${error.name}: ${error.message}` };
  } finally {
    await app?.close();
  }
}

/** What a socket that connects to the library's gateway is told first. */
function join(url, token) {
  const socket = io(url, { auth: { token }, reconnection: false, timeout: 5000 });
  return new Promise((resolve) => {
    socket.on('caller', (caller) => resolve(['connected', caller]));
    socket.on('connect_error', ({ data, message }) => resolve(['refused', data?.code ?? message]));
  }).finally(() => socket.close());
}

async function makeAdapter() {
  if (adapterName === 'Fastify')
    return new (await import('@nestjs/platform-fastify')).FastifyAdapter();
  return new (await import('@nestjs/platform-express')).ExpressAdapter();
}
