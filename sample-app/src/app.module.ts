import { Module, type Type } from '@nestjs/common';
import {
  AuthModule,
  type AuthObserver,
  MemoryRevocationStore,
  type RevocationStore,
} from 'nestjs-trusted-issuers';
import { randomBytes } from 'node:crypto';
import { NotesController } from './notes.controller.js';

/** The issuers that this API trusts. */
export type Trusted = Readonly<Record<'oidc' | 'es256' | 'eddsa', { readonly issuer: string }>>;

/** By what name the issuers know the client whose logouts they report. */
export const LOGOUT_CLIENT = 'notes-page';

/** How the API asks the ES256 issuer about its opaque tokens, which begin with `notes_`. */
const INTROSPECTION = {
  clientId: 'test-api',
  clientSecret: 'test-secret',
  tokenPrefix: 'notes_',
} as const;

/** What differs between the copies of the API that the sample runs. */
export interface Surroundings {
  readonly observer?: AuthObserver[];
  readonly store?: RevocationStore;
  /** Scheme, host and port as clients write them: DPoP proofs name them. Absent: no DPoP. */
  readonly origin?: string;
  readonly disclosure?: 'detailed' | 'minimal';
}

/** A function only because the embedded issuers have other addresses each time. */
export function appModuleTrusting(
  issuers: Trusted,
  { observer = [], store = new MemoryRevocationStore(), origin, disclosure }: Surroundings = {},
): Type {
  const backChannelLogout = { clientId: LOGOUT_CLIENT };
  @Module({
    imports: [
      AuthModule.forRoot({
        audience: 'https://api.example.com',
        issuers: [
          { issuer: issuers.oidc.issuer, backChannelLogout },
          {
            issuer: issuers.es256.issuer,
            algorithms: ['ES256'],
            introspection: INTROSPECTION,
            backChannelLogout,
          },
          { issuer: issuers.eddsa.issuer, algorithms: ['EdDSA'], backChannelLogout },
        ],
        revocation: { store },
        backChannelLogout: {},
        errorReference: {},
        ...(origin && { dpop: dpopAt(origin) }),
        ...(disclosure && { disclosure }),
        observer,
      }),
    ],
    controllers: [NotesController],
  })
  class AppModule {}
  return AppModule;
}

/** Bound tokens are accepted with a proof, others as before. Several processes must share one secret. */
function dpopAt(origin: string) {
  return {
    mode: 'allowed',
    origin,
    algorithms: ['ES256'],
    nonce: { secret: randomBytes(32).toString('base64url') },
  } as const;
}
