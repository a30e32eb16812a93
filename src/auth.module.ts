import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  Optional,
} from '@nestjs/common';
import { type AuthModuleExtras, ConfigurableModuleClass } from './auth.module-definition.js';
import { asyncOptions, syncOptions } from './auth.module-options.js';
import { WiringCheck } from './wiring-check.js';
import type { EnforcementInstaller } from './core/enforcement/enforcement-installer.js';
import type { WrittenCheck } from './core/enforcement/written-check.js';
import type { AuthModuleConfig } from './config/auth-module-config.js';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import { TOKENS } from './core/util/di-tokens.js';
import type { ProtectedResourceEndpoint } from './core/on-demand/resource-metadata/protected-resource-endpoint.js';
import { NEST_MODULES } from './nest-parts.js';
import type { ErrorReferenceRoutes } from './core/on-demand/error-reference/error-reference-routes.js';
import type { SecurityEventRoutes } from './core/on-demand/security-events/security-event-routes.js';
import { TrustedIssuers } from './core/issuers/trusted-issuers.js';

/**
 * Makes an API accept access tokens of the issuers it trusts. Import it once, with {@link forRoot} or
 * {@link forRootAsync}; every module then has it. Importing it elsewhere by its bare name does nothing.
 *
 * @example
 * ```ts
 * AuthModule.forRoot({
 *   audience: 'notes-api',
 *   issuers: ['https://login.example.com'],
 *   guardEveryRoute: true,
 * });
 * ```
 */
@Module({ providers: [NEST_MODULES, WiringCheck] })
export class AuthModule
  extends ConfigurableModuleClass
  implements NestModule, OnApplicationBootstrap
{
  /** @internal Made by Nest. */
  constructor(
    // Absent where it was imported by its bare name.
    @Optional() @Inject(TOKENS.resolvedConfig) private readonly config?: ResolvedAuthConfig,
    @Optional() @Inject(TrustedIssuers) private readonly trustedIssuers?: TrustedIssuers,
    @Optional()
    @Inject(TOKENS.resourceMetadata)
    private readonly resourceMetadata?: ProtectedResourceEndpoint,
    @Optional()
    @Inject(TOKENS.errorReference)
    private readonly errorReference?: ErrorReferenceRoutes,
    @Optional()
    @Inject(TOKENS.securityEvents)
    private readonly securityEvents?: SecurityEventRoutes,
    @Optional()
    @Inject(TOKENS.enforcementInstaller)
    private readonly enforcementInstaller?: EnforcementInstaller,
    @Optional() @Inject(TOKENS.writtenCheck) private readonly writtenCheck?: WrittenCheck,
  ) {
    super();
  }

  /**
   * @param config the trusted issuers and further options, and the wiring of {@link AuthModuleExtras}.
   * @throws AuthConfigurationError while the application starts, listing every fault; for those of the
   * wiring at once.
   */
  static override forRoot(config: AuthModuleConfig & AuthModuleExtras): DynamicModule {
    // Callers without types can pass anything; the validator, not this line, says what is wrong.
    const given = Object(config) as AuthModuleConfig & AuthModuleExtras;
    return super.forRoot(syncOptions(given));
  }

  /**
   * @param options `useFactory` (with `inject`), `useClass` or `useExisting` giving the
   * {@link AuthModuleConfig}; a class does so in a method `create()`. The wiring of
   * {@link AuthModuleExtras} is beside it, since it must be known before the factory runs.
   * @throws AuthConfigurationError while the application starts, listing every fault; for those of these
   * options themselves at once.
   */
  static override forRootAsync(
    options: ConfigurableModuleAsyncOptions<AuthModuleConfig> & AuthModuleExtras,
  ): DynamicModule {
    return super.forRootAsync(asyncOptions(Object(options) as typeof options));
  }

  /** Nest's hook for middleware, the one that comes before the routes of controllers are made. */
  configure(): void {
    this.enforcementInstaller?.installBeforeRoutes();
    this.writtenCheck?.noteGlobalGuards();
    this.resourceMetadata?.register();
    this.errorReference?.register();
    this.securityEvents?.register();
  }

  /** Not awaited: an issuer that is down must not hold up the start. */
  onApplicationBootstrap(): void {
    this.enforcementInstaller?.guardReplacedHandlers();
    if (this.config?.warmUp) this.trustedIssuers?.warmUp();
  }
}
