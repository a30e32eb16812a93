import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { Module } from '@nestjs/core/injector/module.js';
import { AuthConfigurationError } from './config/configuration-error.js';
import { TOKENS } from './core/util/di-tokens.js';

/**
 * Whether the application imports and configures the module correctly.
 *
 * A provider of its own that injects nothing of this module: Nest calls no hook of what depends on a
 * request, and a configuration that does makes every other provider here depend on it.
 */
@Injectable()
export class WiringCheck implements OnModuleInit {
  /**
   * @throws AuthConfigurationError when the module is configured twice, because one trust list would be
   * ignored. Said here, because Nest calls no hook of modules that are loaded later.
   */
  constructor(@Inject(TOKENS.modules) private readonly modules: ModulesContainer) {
    const times = this.configured().length;
    if (times > 0 && isLoadedLater(modules) && this.guardsEveryRoute())
      throw faultOfLoadedLater('guardEveryRoute: true');
    if (times > 1)
      throw faultOf(
        `is configured ${times} times in one application, and only one trust list would count. ` +
          'Call forRoot or forRootAsync once and list all issuers there; other modules need no import of it, or import the module that calls it.',
      );
  }

  /** @throws AuthConfigurationError when there is no configuration, or it depends on the request. */
  onModuleInit(): void {
    const message = this.fault();
    if (message !== undefined) throw faultOf(message);
  }

  /** By its token, not its class, of which another copy of this package has another. */
  private configured(): readonly Module[] {
    return [...this.modules.values()].filter(({ providers }) => providers.has(TOKENS.config));
  }

  private guardsEveryRoute(): boolean {
    return this.configured().some(({ providers }) => providers.has(TOKENS.guardsEveryRoute));
  }

  private fault(): string | undefined {
    const [configured] = this.configured();
    if (configured === undefined)
      return 'is imported but not configured anywhere. Write AuthModule.forRoot({ issuers: […] }) in the imports of the root module; other modules need no import of it.';
    if (configured.providers.get(TOKENS.resolvedConfig)?.isDependencyTreeStatic() === true)
      return undefined;
    // Nest before 11.2.8 and 12.1 then silently leaves out guards and filters of the whole application.
    return 'has a configuration that depends on the request: something injected into useFactory, useClass or useExisting, directly or not, has the scope REQUEST or is durable. Inject only providers of the default scope; what is known only in a request belongs in isRevoked, resolveIssuer or a guard of your own.';
  }
}

/** For options that would do nothing in a module that is loaded when the application runs. */
export function faultOfLoadedLater(option: string): AuthConfigurationError {
  return faultOf(
    `has ${option} in a module that is loaded lazily. NestJS takes no guard for the whole application from there, ` +
      'and its routes are made already, so the option would have no effect. Call AuthModule.forRoot in the root module.',
  );
}

/**
 * Whether the module came with LazyModuleLoader: no import leads from the root module, which is the second
 * that Nest adds, to it.
 */
export function isLoadedLater(modules: ModulesContainer): boolean {
  const [, root] = [...modules.values()];
  const reached = new Set<Module>(root === undefined ? [] : [root]);
  for (const module of reached) for (const imported of module.imports) reached.add(imported);
  return ![...reached].some(({ providers }) => providers.has(TOKENS.config));
}

function faultOf(message: string): AuthConfigurationError {
  return new AuthConfigurationError([{ path: 'AuthModule', message }]);
}
