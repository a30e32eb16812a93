import type { Type } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { JwtAuthGuard } from '../guard/jwt-auth.guard.js';
import type { ConfigurationFault } from '../../config/configuration-error.js';
import { TOKENS } from '../util/di-tokens.js';
import { appGuardsIn, isOfFamily, nameOfGuard } from './guards-on-paper.js';

/**
 * Guards for the whole application that Nest would ask nowhere, or not everywhere.
 *
 * @param atRoutes the guards there were when Nest made the routes; absent in an application without HTTP.
 */
export function faultsOfAppGuards(
  modules: ModulesContainer,
  application: ApplicationConfig,
  atRoutes: ReadonlySet<unknown> | undefined,
): readonly ConfigurationFault[] {
  const scoped = appGuardsIn(modules).filter(
    (wrapper) => wrapper.isTransient || !wrapper.isDependencyTreeStatic(),
  );
  const late = application
    .getGlobalGuards()
    .filter((guard) => atRoutes !== undefined && !atRoutes.has(guard) && isOfFamily(guard));
  return [
    ...scoped.flatMap((wrapper) => {
      const guard = familyGuardOf(wrapper);
      return guard === undefined ? [] : [{ path: `APP_GUARD ${guard.name}`, message: SCOPED }];
    }),
    ...late.map((guard) => ({ path: `useGlobalGuards(${nameOfGuard(guard)})`, message: LATE })),
  ];
}

const SCOPED =
  'is made for each request, or for each place that uses it: it, or something injected into it, has the scope ' +
  'REQUEST or TRANSIENT. NestJS does not ask such a guard before every handler (messages of gateways are served ' +
  'without it). Give it, and all that is injected into it, the default scope; use ModuleRef.resolve() or the ' +
  'request itself for what belongs to a request.';

const LATE =
  'was called after the routes were made, which are served without it. Call it before app.init() and ' +
  'app.listen(), or write guardEveryRoute: true.';

/**
 * A provider in the place of `JwtAuthGuard`: `@UseGuards(JwtAuthGuard)` ignores it, since Nest makes the
 * guards of controllers from their class. What `overrideProvider` of \@nestjs/testing puts there is put into
 * this module as well, and is meant.
 */
export function faultsOfProvidedGuards(modules: ModulesContainer): readonly ConfigurationFault[] {
  const found = [...modules.values()].flatMap((module) => {
    const wrapper = module.providers.get(JwtAuthGuard);
    return wrapper === undefined ? [] : [{ module, wrapper }];
  });
  const own = found.find(({ module }) => module.providers.has(TOKENS.config));
  if (own === undefined || isReplaced(own.wrapper)) return [];
  return found
    .filter(({ wrapper }) => isReplaced(wrapper))
    .map(({ module }) => ({
      path: `${module.metatype.name}.providers`,
      message:
        'has another guard in the place of JwtAuthGuard, which @UseGuards(JwtAuthGuard) would ignore. Provide ' +
        'your guard under its own class, and write @UseGuards(YourGuard), or { provide: APP_GUARD, useExisting: YourGuard }.',
    }));
}

function isReplaced({ metatype }: InstanceWrapper): boolean {
  return (metatype as unknown) !== JwtAuthGuard;
}

/** The guard of our family behind a provider: its class, what it refers to, or what a factory is given. */
function familyGuardOf({ metatype, inject, instance }: InstanceWrapper): Type | undefined {
  const made = (instance as object | null)?.constructor;
  return ([metatype, made, ...(inject ?? [])] as unknown[]).find(
    (guard): guard is Type => typeof guard === 'function' && isOfFamily(guard),
  );
}
