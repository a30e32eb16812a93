import type { Provider } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { applicationPresentation } from './application-presentation.js';
import { Enforcement } from './enforcement/enforcement.js';
import { EnforcementInstaller } from './enforcement/enforcement.installer.js';
import { WrittenCheck } from './enforcement/written.check.js';
import { AccessTokenVerifier } from './authentication/access-token.verifier.js';
import { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
import { RequestAuthenticator } from './authentication/request.authenticator.js';
import { TokenAuthenticator } from './authentication/token.authenticator.js';
import { systemClock } from './clock.js';
import { validateConfig } from './config/config.validator.js';
import { resolveConfig } from './config/resolved-config.js';
import { TOKENS } from './di-tokens.js';
import { AuthEvents } from './observability/auth-events.js';
import { ERROR_REFERENCE, RESOURCE_METADATA, START_UP_AUDIT } from './optional-parts.js';
import { RefusalExceptionFilter } from './refusals/refusal.filter.js';
import { RefusalResponder } from './refusals/refusal.responder.js';
import { BearerCredentialsReader } from './request/bearer-credentials.reader.js';
import { TrustedIssuers } from './trust/trusted-issuers.js';

/** The providers that work from the configuration; `forRoot` or `forRootAsync` provides that. */
export const PROVIDERS: readonly Provider[] = [
  {
    provide: TOKENS.resolvedConfig,
    inject: [TOKENS.config],
    useFactory: (config: unknown) => resolveConfig(validateConfig(config)),
  },
  { provide: TOKENS.clock, useValue: systemClock },
  { provide: TOKENS.events, useClass: AuthEvents },
  TrustedIssuers,
  { provide: TOKENS.trustedIssuers, useExisting: TrustedIssuers },
  { provide: TOKENS.credentialsReader, useClass: BearerCredentialsReader },
  { provide: TOKENS.authenticator, useClass: TokenAuthenticator },
  {
    provide: TOKENS.refusalPresentation,
    inject: [TOKENS.resolvedConfig, ApplicationConfig],
    useFactory: applicationPresentation,
  },
  { provide: TOKENS.refusalResponder, useClass: RefusalResponder },
  { provide: TOKENS.requestAuthenticator, useClass: RequestAuthenticator },
  { provide: TOKENS.enforcement, useClass: Enforcement },
  { provide: TOKENS.enforcementInstaller, useClass: EnforcementInstaller },
  { provide: TOKENS.writtenCheck, useClass: WrittenCheck },
  RESOURCE_METADATA,
  START_UP_AUDIT,
  ERROR_REFERENCE,
  RefusalExceptionFilter,
  AccessTokenVerifier,
  JwtAuthGuard,
];

/** The guard is made anew in each module that uses it, so what it asks must be reachable from there. */
export const EXPORTS = [
  TOKENS.clock,
  TOKENS.requestAuthenticator,
  TOKENS.refusalResponder,
  TOKENS.trustedIssuers,
  AccessTokenVerifier,
  TrustedIssuers,
  JwtAuthGuard,
];
