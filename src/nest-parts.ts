import type { FactoryProvider } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { AuthConfigurationError } from './config/configuration-error.js';
import { TOKENS } from './core/util/di-tokens.js';

const OTHER_COPY =
  'runs in an application that has another copy of @nestjs/core than the one this package loads, ' +
  'so NestJS can’t inject anything of the application into it. Install one copy: npm ls @nestjs/core (pnpm why, yarn why) ' +
  'shows where each comes from; give every workspace the same version of it, and in shared libraries make it a peer dependency.';

/** The modules of the application. */
export const NEST_MODULES = partOfNest(TOKENS.modules, ModulesContainer);
/** What the application is set up with: global guards, prefix and the like. */
export const NEST_APPLICATION = partOfNest(TOKENS.application, ApplicationConfig);
/** Where the HTTP adapter is kept, if the application has one. */
export const NEST_ADAPTER_HOST = partOfNest(TOKENS.adapterHost, HttpAdapterHost);

/**
 * NestJS knows its own parts by their classes, of which another copy of it has others. So they are asked
 * for here alone, where that can be said in words.
 */
function partOfNest<Part>(
  provide: symbol,
  part: abstract new (...args: never[]) => Part,
): FactoryProvider<Part> {
  return {
    provide,
    inject: [{ token: part, optional: true }],
    useFactory: (found: Part | undefined) => {
      if (found === undefined)
        throw new AuthConfigurationError([{ path: 'AuthModule', message: OTHER_COPY }]);
      return found;
    },
  };
}
