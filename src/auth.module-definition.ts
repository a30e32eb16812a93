import { ConfigurableModuleBuilder } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { EXPORTS, PROVIDERS } from './providers.js';
import { JwtAuthGuard } from './core/guard/jwt-auth.guard.js';
import type { AuthModuleConfig } from './config/auth-module-config.js';
import type { EXTRA_NAMES } from './config/unknown-option.js';
import { TOKENS } from './core/util/di-tokens.js';
import { RefusalExceptionFilter } from './core/refusals/refusal.filter.js';

/** How the module is wired into the application, given beside the configuration. */
export interface AuthModuleExtras {
  /**
   * Makes the module's providers available everywhere. With `false` each module that guards routes imports what
   * `forRoot` gave, from a constant, or a module that exports `AuthModule`.
   *
   * @default `true`
   */
  isGlobal?: boolean;
  /**
   * Guards every route of the application; `@Public()` opens one. With `false` routes are guarded where they
   * have `@UseGuards(JwtAuthGuard)`. An `APP_GUARD` of the root module runs before it. Nest takes no guard for
   * the whole application from a module that is loaded lazily.
   *
   * Nest 11 does not apply such a guard to WebSocket gateways; no version applies it to their connections, nor
   * to microservices beside HTTP without `inheritAppConfig`. `@AuthenticatedGateway()` guards a gateway, and
   * `audit` finds what is open. The log at start always names handlers of gateways that are open on Nest 11.
   *
   * @default `false`
   */
  guardEveryRoute?: boolean;
  /**
   * Registers the exception filter that writes every 401 of the application.
   *
   * @default `true`
   */
  exceptionFilter?: boolean;
}

const EXTRAS: Required<AuthModuleExtras> = {
  isGlobal: true,
  guardEveryRoute: false,
  exceptionFilter: true,
} satisfies Record<(typeof EXTRA_NAMES)[number], boolean>;

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<AuthModuleConfig>({ optionsInjectionToken: TOKENS.config })
    .setClassMethodName('forRoot')
    .setExtras<AuthModuleExtras>(EXTRAS, (definition, extras) => ({
      ...definition,
      global: extras.isGlobal ?? EXTRAS.isGlobal,
      exports: EXPORTS,
      providers: [
        ...(definition.providers ?? []),
        ...PROVIDERS,
        ...(extras.guardEveryRoute
          ? [
              { provide: APP_GUARD, useExisting: JwtAuthGuard },
              { provide: TOKENS.guardsEveryRoute, useValue: true },
            ]
          : []),
        ...((extras.exceptionFilter ?? EXTRAS.exceptionFilter)
          ? [{ provide: APP_FILTER, useExisting: RefusalExceptionFilter }]
          : []),
      ],
    }))
    .build();
