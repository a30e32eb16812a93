import { Inject, Injectable, type Type } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { Module } from '@nestjs/core/injector/module.js';
import { TOKENS } from '../util/di-tokens.js';
import { type ClassInModule, classesIn, methodsOf } from './classes-in-modules.js';
import type { EventStreams } from './event-streams.js';
import type { Enforcement } from './enforcement.js';
import { EnforcementGuard, ReplacedHandlerGuard } from './enforcement.guard.js';
import { appGuardsIn, asksFamily, guardsOn } from './guards-on-paper.js';
import { isConnectionHook, isMessageHandler } from './handler-kinds.js';
import { classRequirementsOf } from '../authorization/route-policy.js';
import { prototypesOf, saidOfOwnMember } from '../authorization/said-of-members.js';

/**
 * Puts {@link EnforcementGuard} behind all other guards of the handlers that have a guard or a demand of ours.
 * Others are left as they are, and cost nothing.
 *
 * It is made with the module's other providers, so before Nest reads the guards of any handler.
 */
@Injectable()
export class EnforcementInstaller {
  private readonly last: EnforcementGuard;
  private readonly ofReplaced: ReplacedHandlerGuard;

  constructor(
    @Inject(TOKENS.enforcement) enforcement: Enforcement,
    @Inject(TOKENS.eventStreams) private readonly eventStreams: EventStreams,
    @Inject(TOKENS.modules) private readonly modules: ModulesContainer,
    @Inject(TOKENS.application) private readonly application: ApplicationConfig,
  ) {
    this.last = new EnforcementGuard(enforcement);
    this.ofReplaced = new ReplacedHandlerGuard(enforcement);
    this.install(this.hasGlobalGuard());
  }

  /** Once more, just before Nest makes the routes of HTTP: `app.useGlobalGuards()` may have been called. */
  installBeforeRoutes(): void {
    this.install(this.hasGlobalGuard() || this.application.getGlobalGuards().some(asksFamily));
  }

  /** Of classes that are made for each request, which is known at last, Nest reads the guards then. */
  guardReplacedHandlers(): void {
    for (const { type, module, wrapper } of classesIn(this.modules))
      if (!wrapper.isDependencyTreeStatic() && isConcerned(type)) {
        appendGuard(type, ReplacedHandlerGuard);
        provide(module, ReplacedHandlerGuard, this.ofReplaced);
      }
  }

  private install(everywhere: boolean): void {
    for (const found of classesIn(this.modules)) this.installOn(found, everywhere);
  }

  private installOn({ type, module }: ClassInModule, everywhere: boolean): void {
    const decorated = methodsOf(type).filter(
      ({ key, method }) =>
        // Nest asks no guard before these; connections have a check of their own.
        !isConnectionHook(key) && Reflect.getMetadataKeys(method).length > 0,
    );
    // Most providers have none, and need no look at what concerns them.
    if (decorated.length === 0) return;
    const isWhole = everywhere || isConcerned(type);
    const handlers = decorated.filter(({ method }) => isWhole || isMessageHandler(method));
    if (handlers.length === 0) return;
    for (const { method } of handlers) {
      appendGuard(method, EnforcementGuard);
      this.eventStreams.installOn(method, module);
    }
    provide(module, EnforcementGuard, this.last);
  }

  /** Providers under `APP_GUARD`, whose instances need not be there yet. */
  private hasGlobalGuard(): boolean {
    return appGuardsIn(this.modules).some(({ metatype, inject }) =>
      [metatype, ...(inject ?? [])].some(asksFamily),
    );
  }
}

/** Whether a class has a guard or a demand of ours, itself or on one of its methods. */
function isConcerned(type: Type): boolean {
  if (guardsOn(type).some(asksFamily) || classRequirementsOf(type).length > 0) return true;
  const chain = prototypesOf(type);
  return methodsOf(type).some(
    ({ key, method }) =>
      guardsOn(method).some(asksFamily) ||
      chain.some((prototype) => saidOfOwnMember(prototype, key) !== undefined),
  );
}

function appendGuard(target: object, guard: Type): void {
  const guards = (Reflect.getOwnMetadata(GUARDS_METADATA, target) ?? []) as readonly unknown[];
  if (guards.at(-1) === guard) return;
  // A class inherits the list of its base class only as long as it has none of its own.
  const all = guards.length > 0 ? guards : guardsOn(target);
  const others = all.filter((other) => other !== guard);
  Reflect.defineMetadata(GUARDS_METADATA, [...others, guard], target);
}

function provide(module: Module, guard: Type, useValue: object): void {
  if (module.injectables.get(guard)?.instance === useValue) return;
  module.addInjectable({ provide: guard, useValue }, 'guard');
}
