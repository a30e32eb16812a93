import { Controller, Get, UseGuards } from '@nestjs/common';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireAuthentication,
  RequireScopes,
} from 'nestjs-trusted-issuers';

@UseGuards(JwtAuthGuard)
@Controller('notes')
export class NotesController {
  /** A real one would list the notes of `identity.id`; this one shows who is calling. */
  @Get()
  list(@CurrentIdentity() identity: Identity): object {
    const { id, issuer, subject, clientId, scopes } = identity;
    return { id, issuer, subject, clientId, scopes };
  }

  @RequireScopes('notes:read')
  @Get('archive')
  archive(@CurrentIdentity() { id }: Identity): object {
    return { archiveOf: id };
  }

  /** For users who have logged in with a second factor. */
  @RequireAuthentication({ acrValues: ['mfa'] })
  @Get('diary')
  diary(@CurrentIdentity() { id }: Identity): object {
    return { diaryOf: id };
  }

  @OptionalAuth()
  @Get('greeting')
  greeting(@CurrentIdentity() identity?: Identity): object {
    return { greeting: `Hello, ${identity?.subject ?? 'stranger'}` };
  }

  @Public()
  @Get('about')
  about(): object {
    return { about: 'Notes, for callers of three issuers' };
  }
}
