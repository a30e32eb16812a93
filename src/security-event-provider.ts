import type { FactoryProvider } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import { TrustedIssuers } from './core/issuers/trusted-issuers.js';
import type { SignatureVerifier } from './core/jwt/signature-verifier.js';
import type { AuthEvents } from './core/observability/auth-events.js';
import type { SecurityEventRoutes } from './core/on-demand/security-events/security-event-routes.js';
import { Revocations } from './core/revocation/revocations.js';
import type { Clock } from './core/util/clock.js';
import { TOKENS } from './core/util/di-tokens.js';

/** Takes logout tokens and security event tokens; loaded only where the configuration asks for it. */
export const SECURITY_EVENTS: FactoryProvider<SecurityEventRoutes | undefined> = {
  provide: TOKENS.securityEvents,
  inject: [
    ...[TOKENS.resolvedConfig, TOKENS.application, TOKENS.adapterHost, TOKENS.clock],
    ...[TOKENS.events, TOKENS.signatureVerifier, TrustedIssuers, Revocations],
  ],
  useFactory: async (
    config: ResolvedAuthConfig,
    application: ApplicationConfig,
    adapterHost: HttpAdapterHost,
    clock: Clock,
    events: AuthEvents,
    signatures: SignatureVerifier,
    issuers: TrustedIssuers,
    revocations: Revocations,
  ) => {
    if (config.backChannelLogout === undefined && config.sharedSignals === undefined)
      return undefined;
    const { SecurityEventRoutes: Routes } =
      await import('./core/on-demand/security-events/security-event-routes.js');
    const parts = { config, clock, events, signatures, issuers, revocations };
    return new Routes(parts, application, adapterHost);
  },
};
