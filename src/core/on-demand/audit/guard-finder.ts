import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { guardsOn, isOfFamily, nameOfGuard } from '../../enforcement/guards-on-paper.js';
import type { FoundHandler } from './handler-finder.js';

/** Finds out which guards protect a handler. */
export class GuardFinder {
  constructor(
    private readonly application: ApplicationConfig,
    /** This application's own guard; a test may replace it. */
    private readonly guard: object,
    private readonly adapterHost: Partial<HttpAdapterHost>,
  ) {}

  /** @param globalOfGateways whether the guards for the whole application run for gateways. */
  isGuarded(
    { kind, controller, handler, skipsGuards }: FoundHandler,
    globalOfGateways = false,
  ): boolean {
    // NestJS asks no guard for a connection.
    if (handler === undefined || skipsGuards) return false;
    const own = [...guardsOn(controller), ...guardsOn(handler)];
    // Message handlers of an application that serves HTTP as well don't see its global guards.
    const seesGlobal = {
      ...{ http: true, graphql: true },
      ...{ ws: globalOfGateways, rpc: !this.isHybrid() },
    }[kind];
    const guards = seesGlobal ? [...own, ...this.globalGuards()] : own;
    return guards.some((guard) => this.isOurs(guard));
  }

  /** Whether a guard of ours is for the whole application. */
  isEverywhere(): boolean {
    return this.globalGuards().some((guard) => this.isOurs(guard));
  }

  /** Whether message handlers are beside HTTP, where Nest may ask no guard for the whole application. */
  isHybrid(): boolean {
    return Boolean(this.adapterHost.httpAdapter);
  }

  /** Names of the guards on controller and handler that are not ours. */
  othersOn({ controller, handler }: FoundHandler): readonly string[] {
    return [...guardsOn(controller), ...guardsOn(handler)]
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
