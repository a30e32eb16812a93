import type { Provider } from '@nestjs/common';
import type { DemandRules } from './core/authorization/check-requirements.js';
import { applicationPresentation } from './core/refusals/application-presentation.js';
import { Enforcement } from './core/enforcement/enforcement.js';
import { EnforcementInstaller } from './core/enforcement/enforcement-installer.js';
import { EventStreams } from './core/enforcement/event-streams.js';
import { WrittenCheck } from './core/enforcement/written-check.js';
import { AccessTokenVerifier } from './core/guard/access-token-verifier.js';
import { TokenBinding } from './core/guard/token-binding.js';
import { JwtAuthGuard } from './core/guard/jwt-auth.guard.js';
import { RequestAuthenticator } from './core/guard/request-authenticator.js';
import { AccessTokenAuthenticator } from './core/guard/access-token-authenticator.js';
import { JwtAuthenticator } from './core/jwt/jwt-authenticator.js';
import { systemClock } from './core/util/clock.js';
import { validateConfig } from './config/validate-config.js';
import { resolveConfig, type ResolvedAuthConfig } from './config/resolved-config.js';
import { TOKENS } from './core/util/di-tokens.js';
import { NEST_ADAPTER_HOST, NEST_APPLICATION } from './nest-parts.js';
import { AuthEvents } from './core/observability/auth-events.js';
import {
  ERROR_REFERENCE,
  MCP_DEMANDS,
  RESOURCE_METADATA,
  REVOCATION_LIST,
  SIGNATURE_VERIFIER,
  START_UP_AUDIT,
} from './on-demand-providers.js';
import { SECURITY_EVENTS } from './security-event-provider.js';
import { CONNECTION_CHECK, PROOFS_OF_POSSESSION } from './proofs-of-possession.js';
import { LOAD_INTROSPECTION, TOKEN_AUTHENTICATOR } from './introspection-providers.js';
import { RefusalExceptionFilter } from './core/refusals/refusal.filter.js';
import { Revocations } from './core/revocation/revocations.js';
import { RefusalResponder } from './core/refusals/refusal-responder.js';
import { CredentialsReader } from './core/calls/credentials-reader.js';
import { GraphQLAnswers } from './core/calls/graphql-answers.js';
import { TrustedIssuers } from './core/issuers/trusted-issuers.js';

/** The providers that work from the configuration; `forRoot` or `forRootAsync` provides that. */
export const PROVIDERS: readonly Provider[] = [
  {
    provide: TOKENS.resolvedConfig,
    inject: [TOKENS.config],
    useFactory: (config: unknown) => resolveConfig(validateConfig(config)),
  },
  NEST_APPLICATION,
  NEST_ADAPTER_HOST,
  { provide: TOKENS.clock, useValue: systemClock },
  { provide: TOKENS.events, useClass: AuthEvents },
  TrustedIssuers,
  { provide: TOKENS.trustedIssuers, useExisting: TrustedIssuers },
  {
    provide: TOKENS.demandRules,
    inject: [TrustedIssuers, TOKENS.resolvedConfig],
    useFactory: (
      issuerNames: TrustedIssuers,
      { scopeMatches }: ResolvedAuthConfig,
    ): DemandRules => ({
      issuerNames,
      scopeMatches,
    }),
  },
  { provide: TOKENS.credentialsReader, useClass: CredentialsReader },
  SIGNATURE_VERIFIER,
  PROOFS_OF_POSSESSION,
  CONNECTION_CHECK,
  { provide: TOKENS.tokenBinding, useClass: TokenBinding },
  { provide: TOKENS.jwtAuthenticator, useClass: JwtAuthenticator },
  LOAD_INTROSPECTION,
  TOKEN_AUTHENTICATOR,
  { provide: TOKENS.authenticator, useClass: AccessTokenAuthenticator },
  {
    provide: TOKENS.refusalPresentation,
    inject: [TOKENS.resolvedConfig, TOKENS.application],
    useFactory: applicationPresentation,
  },
  { provide: TOKENS.refusalResponder, useClass: RefusalResponder },
  MCP_DEMANDS,
  { provide: TOKENS.requestAuthenticator, useClass: RequestAuthenticator },
  { provide: TOKENS.enforcement, useClass: Enforcement },
  { provide: TOKENS.eventStreams, useClass: EventStreams },
  { provide: TOKENS.enforcementInstaller, useClass: EnforcementInstaller },
  { provide: TOKENS.writtenCheck, useClass: WrittenCheck },
  RESOURCE_METADATA,
  START_UP_AUDIT,
  ERROR_REFERENCE,
  REVOCATION_LIST,
  Revocations,
  SECURITY_EVENTS,
  RefusalExceptionFilter,
  GraphQLAnswers,
  AccessTokenVerifier,
  JwtAuthGuard,
  // Gateways may come from another copy of this package, whose class Nest does not find here.
  { provide: TOKENS.guard, useExisting: JwtAuthGuard },
];

/** Each module that uses the guard and the filters creates its own, so it must be able to inject these. */
export const EXPORTS = [
  TOKENS.adapterHost,
  TOKENS.clock,
  TOKENS.demandRules,
  TOKENS.guard,
  TOKENS.modules,
  TOKENS.requestAuthenticator,
  TOKENS.refusalResponder,
  TOKENS.trustedIssuers,
  TOKENS.revocationList,
  AccessTokenVerifier,
  Revocations,
  TrustedIssuers,
  JwtAuthGuard,
];
