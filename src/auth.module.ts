import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { type AuthModuleExtras, ConfigurableModuleClass } from './auth.module-definition.js';
import { AccessTokenVerifier } from './authentication/access-token.verifier.js';
import { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
import { RequestAuthenticator } from './authentication/request.authenticator.js';
import { TokenAuthenticator } from './authentication/token.authenticator.js';
import { systemClock } from './clock.js';
import type { AuthModuleConfig } from './config/auth-module-config.js';
import { validateConfig } from './config/config.validator.js';
import { AuthConfigurationError } from './config/configuration.error.js';
import { resolveConfig, type ResolvedAuthConfig } from './config/resolved-config.js';
import { TOKENS } from './di-tokens.js';
import { applicationPresentation } from './application-presentation.js';
import type { ProtectedResourceEndpoint } from './metadata/protected-resource.endpoint.js';
import { AuthEvents } from './observability/auth-events.js';
import { ERROR_REFERENCE, RESOURCE_METADATA, START_UP_AUDIT } from './optional-parts.js';
import type { ErrorReferenceRoutes } from './reference/error-reference.routes.js';
import { RefusalExceptionFilter } from './refusals/refusal.filter.js';
import { RefusalResponder } from './refusals/refusal.responder.js';
import { BearerCredentialsReader } from './request/bearer-credentials.reader.js';
import { TrustedIssuers } from './trust/trusted-issuers.js';

/** Makes an API accept access tokens of the issuers it trusts. Import it once, with {@link forRoot} or {@link forRootAsync}. */
@Module({
  providers: [
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
    RESOURCE_METADATA,
    START_UP_AUDIT,
    ERROR_REFERENCE,
    RefusalExceptionFilter,
    AccessTokenVerifier,
    JwtAuthGuard,
  ],
  // The guard is made anew in each module that uses it, so what it asks must be reachable from there.
  exports: [
    TOKENS.clock,
    TOKENS.requestAuthenticator,
    TOKENS.refusalResponder,
    TOKENS.trustedIssuers,
    AccessTokenVerifier,
    TrustedIssuers,
    JwtAuthGuard,
  ],
})
export class AuthModule
  extends ConfigurableModuleClass
  implements NestModule, OnModuleInit, OnApplicationBootstrap
{
  /** @internal Made by Nest. */
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig,
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.resourceMetadata)
    private readonly resourceMetadata: ProtectedResourceEndpoint | undefined,
    @Inject(TOKENS.errorReference)
    private readonly errorReference: ErrorReferenceRoutes | undefined,
  ) {
    super();
  }

  /**
   * @param config whom to trust, and the wiring of {@link AuthModuleExtras}.
   * @throws AuthConfigurationError while the application starts, listing every fault.
   */
  static override forRoot(config: AuthModuleConfig & AuthModuleExtras): DynamicModule {
    // Callers without types can pass anything; the validator, not this line, shall say what is wrong.
    return super.forRoot(Object(config) as AuthModuleConfig & AuthModuleExtras);
  }

  /**
   * @param options `useFactory` (with `inject`), `useClass` or `useExisting` giving the
   * {@link AuthModuleConfig}; a class does so in a method `create()`. The wiring of
   * {@link AuthModuleExtras} stands beside it, since it must be known before the factory runs.
   * @throws AuthConfigurationError while the application starts, listing every fault.
   */
  static override forRootAsync(
    options: ConfigurableModuleAsyncOptions<AuthModuleConfig> & AuthModuleExtras,
  ): DynamicModule {
    return super.forRootAsync(options);
  }

  /** Nest's hook for middleware, the one that comes before the routes of controllers are made. */
  configure(): void {
    this.resourceMetadata?.register();
    this.errorReference?.register();
  }

  /** @throws AuthConfigurationError when the module was imported twice: one trust list would be ignored. */
  onModuleInit(): void {
    // By its token, not its class, of which another copy of this package has another.
    const copies = [...this.modules.values()].filter(({ providers }) =>
      providers.has(TOKENS.config),
    );
    if (copies.length > 1)
      throw new AuthConfigurationError([
        {
          path: 'AuthModule',
          message:
            `is configured ${copies.length} times in one application, and only one trust list would count. ` +
            'Call forRoot or forRootAsync once and list all issuers there; other modules need no import of it, or import the module that calls it.',
        },
      ]);
  }

  /** Not awaited: an issuer that is down must not hold up the start. */
  onApplicationBootstrap(): void {
    if (this.config.warmUp) this.trustedIssuers.warmUp();
  }
}
