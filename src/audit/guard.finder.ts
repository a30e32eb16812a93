import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { checksConnections } from '../request/checked-connection.js';
import type { FoundHandler } from './handler.finder.js';

/** Finds out which guards stand before a handler. */
export class GuardFinder {
  constructor(
    private readonly application: ApplicationConfig,
    /** This application's own guard; in a test something may stand in for it. */
    private readonly guard: object,
    private readonly adapterHost: Partial<HttpAdapterHost>,
  ) {}

  /** @param globalOfGateways whether the guards for the whole application run for gateways. */
  isGuarded(
    { kind, controller, handler, skipsGuards }: FoundHandler,
    globalOfGateways = false,
  ): boolean {
    // Guards run for messages, not for connections.
    if (handler === undefined) return checksConnections(controller);
    if (skipsGuards) return false;
    const own = guardsOn(controller, handler);
    // Message handlers of an application that serves HTTP as well don't see its global guards.
    const seesGlobal = {
      ...{ http: true, graphql: true },
      ...{ ws: globalOfGateways, rpc: !this.adapterHost.httpAdapter },
    }[kind];
    const guards = seesGlobal ? [...own, ...this.globalGuards()] : own;
    return guards.some((guard) => this.isOurs(guard));
  }

  /** Names of the guards on controller and handler that are not ours. */
  othersOn({ controller, handler }: FoundHandler): readonly string[] {
    return guardsOn(controller, handler).flatMap((guard) => {
      if (this.isOurs(guard)) return [];
      return typeof guard === 'function' ? guard.name : (guard as object).constructor.name;
    });
  }

  private globalGuards(): readonly unknown[] {
    const perRequest = this.application.getGlobalRequestGuards();
    return [...this.application.getGlobalGuards(), ...perRequest.map(({ metatype }) => metatype)];
  }

  private isOurs(guard: unknown): boolean {
    if (guard === this.guard || guard === JwtAuthGuard || guard instanceof JwtAuthGuard)
      return true;
    return typeof guard === 'function' && guard.prototype instanceof JwtAuthGuard;
  }
}

function guardsOn(...targets: readonly (object | undefined)[]): readonly unknown[] {
  return targets.flatMap((target) =>
    target === undefined
      ? []
      : ((Reflect.getMetadata(GUARDS_METADATA, target) as readonly unknown[] | undefined) ?? []),
  );
}
