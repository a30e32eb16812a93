import type { FactoryProvider } from '@nestjs/common';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import { TrustedIssuers } from './core/issuers/trusted-issuers.js';
import type { TokenAuthenticator } from './core/jwt/authenticated-token.js';
import type { JwtAuthenticator } from './core/jwt/jwt-authenticator.js';
import type { SignatureVerifier } from './core/jwt/signature-verifier.js';
import type { AuthEvents } from './core/observability/auth-events.js';
import type { Clock } from './core/util/clock.js';
import { TOKENS } from './core/util/di-tokens.js';

/** Loads what asks issuers about tokens, once. */
export const LOAD_INTROSPECTION: FactoryProvider<() => Promise<TokenAuthenticator>> = {
  provide: TOKENS.loadIntrospection,
  inject: [
    TrustedIssuers,
    TOKENS.signatureVerifier,
    TOKENS.clock,
    TOKENS.resolvedConfig,
    TOKENS.events,
  ],
  useFactory: (
    trustedIssuers: TrustedIssuers,
    signatures: SignatureVerifier,
    clock: Clock,
    config: ResolvedAuthConfig,
    events: AuthEvents,
  ) => {
    let loading: Promise<TokenAuthenticator> | undefined;
    const load = async (): Promise<TokenAuthenticator> => {
      const { TokenRouter } = await import('./core/introspection/token-router.js');
      return new TokenRouter([trustedIssuers, signatures, clock, config], { clock, events });
    };
    return () => (loading ??= load());
  },
};

/** Without an issuer that wants to be asked, tokens are JWTs, and nothing else is loaded. */
export const TOKEN_AUTHENTICATOR: FactoryProvider<TokenAuthenticator> = {
  provide: TOKENS.tokenAuthenticator,
  inject: [TrustedIssuers, TOKENS.jwtAuthenticator, TOKENS.loadIntrospection],
  useFactory: (
    trustedIssuers: TrustedIssuers,
    jwt: JwtAuthenticator,
    load: () => Promise<TokenAuthenticator>,
  ) => (trustedIssuers.introspects ? load() : jwt),
};
