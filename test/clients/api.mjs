// An application with each answer that a client has to deal with, and a count of what reaches it.
import 'reflect-metadata';
import { Controller, Get, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AuthModule,
  JwtAuthGuard,
  KeysUnavailableException,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';

export const RETRY_AFTER_SECONDS = 2;

class NotesController {
  notes() {
    return [];
  }

  /** As when the keys of an issuer can't be had, and always with the same `Retry-After`. */
  unavailable() {
    throw new KeysUnavailableException({ retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}

decorate(
  NotesController,
  'notes',
  Get('notes'),
  RequireScopes('notes:read'),
  UseGuards(JwtAuthGuard),
);
decorate(NotesController, 'unavailable', Get('unavailable'), Public());
Controller()(NotesController);

/** The same for what is sent, in methods of their own: a method has one route. */
class SendingController extends NotesController {
  send() {
    return this.notes();
  }

  sendUnavailable() {
    return this.unavailable();
  }
}
decorate(
  SendingController,
  'send',
  Post('notes'),
  RequireScopes('notes:read'),
  UseGuards(JwtAuthGuard),
);
decorate(SendingController, 'sendUnavailable', Post('unavailable'), Public());
Controller()(SendingController);

function decorate(type, name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name);
  for (const decorator of decorators) decorator(type.prototype, name, descriptor);
}

/**
 * Starts it on loopback.
 *
 * `address(answer)` gives the URL and the token that lead to an answer, under a number of its own;
 * `arrivals(url)` when requests to it came, in milliseconds.
 */
export async function startApi() {
  const issuer = await createTestIssuer();
  class ApiModule {}
  Module({
    imports: [
      AuthModule.forRoot({
        issuers: [issuer.config()],
        tokenSources: ['header', { query: 'access_token' }],
      }),
    ],
    controllers: [SendingController],
  })(ApiModule);

  const app = await NestFactory.create(ApiModule, { logger: false });
  const arrivals = new Map();
  app.use((request, _response, next) => {
    const run = new URL(request.url, 'http://localhost').searchParams.get('run');
    if (request.method !== 'OPTIONS')
      arrivals.set(run, [...(arrivals.get(run) ?? []), performance.now()]);
    next();
  });
  app.enableCors((request, decide) =>
    decide(null, {
      origin: true,
      exposedHeaders: request.url.includes('exposed') ? ['WWW-Authenticate', 'Retry-After'] : [],
    }),
  );
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();

  let runs = 0;
  return {
    close: () => Promise.all([app.close(), issuer.close()]),
    async address(answer) {
      runs += 1;
      const token = {
        401: () => issuer.expiredToken(),
        403: () => issuer.token({ scopes: ['other'] }),
        400: () => issuer.token({ scopes: ['notes:read'] }),
        503: () => issuer.token({ scopes: ['notes:read'] }),
      }[answer]();
      const path = answer === 503 ? 'unavailable' : 'notes';
      // A second token is what makes a 400.
      const second = answer === 400 ? '&access_token=x' : '';
      return { url: `http://127.0.0.1:${port}/${path}?run=${runs}${second}`, token: await token };
    },
    arrivals: (url) => arrivals.get(new URL(url).searchParams.get('run')) ?? [],
  };
}
