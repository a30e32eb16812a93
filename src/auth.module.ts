import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type AuthModuleExtras, ConfigurableModuleClass } from './auth.module-definition.js';
import { requireAsyncOptions, requireExtras } from './auth.module-options.js';
import type { AuthModuleConfig } from './config/auth-module-config.js';
import { AuthConfigurationError } from './config/configuration.error.js';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import { TOKENS } from './di-tokens.js';
import type { ProtectedResourceEndpoint } from './metadata/protected-resource.endpoint.js';
import type { ErrorReferenceRoutes } from './reference/error-reference.routes.js';
import { TrustedIssuers } from './trust/trusted-issuers.js';

/**
 * Makes an API accept access tokens of the issuers it trusts. Import it once, with {@link forRoot} or
 * {@link forRootAsync}; it is then there for every module. To import it elsewhere by its bare name does
 * nothing.
 */
@Module({})
export class AuthModule
  extends ConfigurableModuleClass
  implements NestModule, OnModuleInit, OnApplicationBootstrap
{
  /** @internal Made by Nest. */
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    // Absent where it was imported by its bare name.
    @Optional() @Inject(TOKENS.resolvedConfig) private readonly config?: ResolvedAuthConfig,
    @Optional() @Inject(TrustedIssuers) private readonly trustedIssuers?: TrustedIssuers,
    @Optional()
    @Inject(TOKENS.resourceMetadata)
    private readonly resourceMetadata?: ProtectedResourceEndpoint,
    @Optional()
    @Inject(TOKENS.errorReference)
    private readonly errorReference?: ErrorReferenceRoutes,
  ) {
    super();
  }

  /**
   * @param config whom to trust, and the wiring of {@link AuthModuleExtras}.
   * @throws AuthConfigurationError while the application starts, listing every fault; for those of the
   * wiring at once.
   */
  static override forRoot(config: AuthModuleConfig & AuthModuleExtras): DynamicModule {
    // Callers without types can pass anything; the validator, not this line, shall say what is wrong.
    const given = Object(config) as AuthModuleConfig & AuthModuleExtras;
    requireExtras(given);
    return super.forRoot(given);
  }

  /**
   * @param options `useFactory` (with `inject`), `useClass` or `useExisting` giving the
   * {@link AuthModuleConfig}; a class does so in a method `create()`. The wiring of
   * {@link AuthModuleExtras} stands beside it, since it must be known before the factory runs.
   * @throws AuthConfigurationError while the application starts, listing every fault; for those of these
   * options themselves at once.
   */
  static override forRootAsync(
    options: ConfigurableModuleAsyncOptions<AuthModuleConfig> & AuthModuleExtras,
  ): DynamicModule {
    requireAsyncOptions(Object(options) as object);
    return super.forRootAsync(options);
  }

  /** Nest's hook for middleware, the one that comes before the routes of controllers are made. */
  configure(): void {
    this.resourceMetadata?.register();
    this.errorReference?.register();
  }

  /**
   * @throws AuthConfigurationError when the module was configured twice, because one trust list would be
   * ignored; or imported and not configured.
   */
  onModuleInit(): void {
    // By its token, not its class, of which another copy of this package has another.
    const copies = [...this.modules.values()].filter(({ providers }) =>
      providers.has(TOKENS.config),
    );
    if (copies.length === 1) return;
    const message =
      copies.length === 0
        ? 'is imported and nowhere configured. Write AuthModule.forRoot({ issuers: […] }) in the imports of the root module; other modules need no import of it.'
        : `is configured ${copies.length} times in one application, and only one trust list would count. ` +
          'Call forRoot or forRootAsync once and list all issuers there; other modules need no import of it, or import the module that calls it.';
    throw new AuthConfigurationError([{ path: 'AuthModule', message }]);
  }

  /** Not awaited: an issuer that is down must not hold up the start. */
  onApplicationBootstrap(): void {
    if (this.config?.warmUp) this.trustedIssuers?.warmUp();
  }
}
