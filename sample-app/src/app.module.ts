import { Module, type Type } from '@nestjs/common';
import { AuthModule, type AuthObserver } from 'nestjs-trusted-issuers';
import { NotesController } from './notes.controller.js';

/** Whom this API trusts. */
type Trusted = Readonly<Record<'oidc' | 'es256' | 'eddsa', { readonly issuer: string }>>;

/** A function only because the embedded issuers have other addresses each time. */
export function appModuleTrusting(issuers: Trusted, observer: AuthObserver[] = []): Type {
  @Module({
    imports: [
      AuthModule.forRoot({
        audience: 'https://api.example.com',
        issuers: [
          issuers.oidc.issuer,
          { issuer: issuers.es256.issuer, algorithms: ['ES256'] },
          { issuer: issuers.eddsa.issuer, algorithms: ['EdDSA'] },
        ],
        errorReference: {},
        observer,
      }),
    ],
    controllers: [NotesController],
  })
  class AppModule {}
  return AppModule;
}
