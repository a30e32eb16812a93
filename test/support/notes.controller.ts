import { Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
} from 'nestjs-trusted-issuers';

/** One route of each kind. */
@UseGuards(JwtAuthGuard)
@Controller('notes')
export class NotesController {
  @Get()
  list(@CurrentIdentity() identity: Identity): object {
    return { id: identity.id, issuer: identity.issuer, subject: identity.subject };
  }

  @Get('identity')
  identity(@CurrentIdentity() identity: Identity): Identity {
    return identity;
  }

  @Public()
  @Get('about')
  about(): object {
    return { about: 'notes' };
  }

  @OptionalAuth()
  @Get('greeting')
  greeting(@CurrentIdentity() identity: Identity | undefined): object {
    return { hello: identity?.subject ?? 'stranger' };
  }

  @Post()
  create(@CurrentIdentity() identity: Identity, @Body() body: unknown): object {
    return { by: identity.subject, body };
  }
}
