import { Module, type Type } from '@nestjs/common';
import {
  AuthModule,
  type AuthObserver,
  MemoryRevocationStore,
  type RevocationStore,
} from 'nestjs-trusted-issuers';
import { NotesController } from './notes.controller.js';

/** Whom this API trusts. */
export type Trusted = Readonly<Record<'oidc' | 'es256' | 'eddsa', { readonly issuer: string }>>;

/** By what name the issuers know the client whose logouts they report. */
export const LOGOUT_CLIENT = 'notes-page';

/** A function only because the embedded issuers have other addresses each time. */
export function appModuleTrusting(
  issuers: Trusted,
  observer: AuthObserver[] = [],
  store: RevocationStore = new MemoryRevocationStore(),
): Type {
  const backChannelLogout = { clientId: LOGOUT_CLIENT };
  @Module({
    imports: [
      AuthModule.forRoot({
        audience: 'https://api.example.com',
        issuers: [
          { issuer: issuers.oidc.issuer, backChannelLogout },
          { issuer: issuers.es256.issuer, algorithms: ['ES256'], backChannelLogout },
          { issuer: issuers.eddsa.issuer, algorithms: ['EdDSA'], backChannelLogout },
        ],
        revocation: { store },
        backChannelLogout: {},
        errorReference: {},
        observer,
      }),
    ],
    controllers: [NotesController],
  })
  class AppModule {}
  return AppModule;
}
