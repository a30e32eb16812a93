import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { EnforcementGuard, ReplacedHandlerGuard } from '../enforcement/enforcement.guard.js';
import {
  guardsOn,
  isOfFamily,
  nameOfGuard,
  type WrittenGuard,
} from '../enforcement/guards-on-paper.js';
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
    const own = guardsBefore(controller, handler);
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
    return guardsBefore(controller, handler)
      .filter((guard) => !this.isOurs(guard))
      .map(nameOfGuard);
  }

  private globalGuards(): readonly unknown[] {
    const perRequest = this.application.getGlobalRequestGuards();
    return [...this.application.getGlobalGuards(), ...perRequest.map(({ metatype }) => metatype)];
  }

  private isOurs(guard: unknown): boolean {
    return guard === this.guard || isOfFamily(guard);
  }
}

/** Without those that this module put behind them itself. */
function guardsBefore(...targets: readonly (object | undefined)[]): readonly WrittenGuard[] {
  return targets
    .flatMap(guardsOn)
    .filter((guard) => guard !== EnforcementGuard && guard !== ReplacedHandlerGuard);
}
