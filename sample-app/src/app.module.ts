import { Module, type Type } from '@nestjs/common';
import { AuthModule } from 'nestjs-trusted-issuers';
import { NotesController } from './notes.controller.js';

/** A function only because the embedded issuers have other addresses each time. */
export function appModuleTrusting(issuer1: string, issuer2: string): Type {
  @Module({
    imports: [
      AuthModule.forRoot({
        audience: 'https://api.example.com',
        issuers: [issuer1, { issuer: issuer2, algorithms: ['ES256'] }],
      }),
    ],
    controllers: [NotesController],
  })
  class AppModule {}
  return AppModule;
}
