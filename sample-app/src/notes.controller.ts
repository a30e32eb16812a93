import { Controller, Get, UseGuards } from '@nestjs/common';
import { CurrentIdentity, type Identity, JwtAuthGuard, Public } from 'nestjs-trusted-issuers';

@UseGuards(JwtAuthGuard)
@Controller('notes')
export class NotesController {
  /** A real one would list the notes of `identity.id`; this one shows who is calling. */
  @Get()
  list(@CurrentIdentity() identity: Identity): object {
    const { id, issuer, subject, clientId, scopes } = identity;
    return { id, issuer, subject, clientId, scopes };
  }

  @Public()
  @Get('about')
  about(): object {
    return { about: 'Notes, for callers of two issuers' };
  }
}
