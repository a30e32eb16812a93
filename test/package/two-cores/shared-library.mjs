// What a shared library of a monorepo has: a controller that is guarded, and the module.
import { Controller, Get, UseGuards } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import { AuthenticatedGateway, identityOf } from 'nestjs-trusted-issuers/websockets';
import {
  AuthModule,
  CurrentIdentity,
  JwtAuthGuard,
  Public,
  RequireAuthentication,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';

/** A class of its copy of NestJS, which tells it from others. */
export const ITS_OWN = Reflector;
export { AuthModule };

export class NotesController {
  list({ subject }) {
    return { caller: subject };
  }

  edit({ subject }) {
    return { caller: subject };
  }

  about() {
    return { about: 'notes' };
  }
}
decorate('list', Get(), RequireScopes('notes:read'), RequireRoles('reader'));
CurrentIdentity()(NotesController.prototype, 'list', 0);
decorate('edit', Get('edit'), RequireAuthentication({ acrValues: ['gold'] }));
CurrentIdentity()(NotesController.prototype, 'edit', 0);
decorate('about', Get('about'), Public());
UseGuards(JwtAuthGuard)(NotesController);
Controller('notes')(NotesController);

function decorate(name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(NotesController.prototype, name);
  for (const decorator of decorators) decorator(NotesController.prototype, name, descriptor);
}

export class NotesGateway {
  handleConnection(client) {
    client.emit('caller', identityOf(client).subject);
  }
}
AuthenticatedGateway()(NotesGateway);
WebSocketGateway()(NotesGateway);
