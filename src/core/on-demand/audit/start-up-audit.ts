import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { take } from 'rxjs';
import { routeAt } from '../../calls/route-memo.js';
import { routePolicyOf } from '../../authorization/route-policy.js';
import type { AuditMode } from '../../../config/auth-module-config.js';
import type { ResolvedAuthConfig } from '../../../config/resolved-config.js';
import { AuthConfigurationError } from '../../../config/configuration-error.js';
import { auditReport, type OpenHandler } from './audit-report.js';
import { mercuriusCacheLines, sharedCacheLines } from './cache-interceptors.js';
import { doubtsAbout } from './doubts.js';
import { areMcpEndpointsGuarded, isMcpHandler } from './mcp-endpoints.js';
import type { GuardFinder } from './guard-finder.js';
import { findHandlers, type FoundHandler } from './handler-finder.js';

const CONNECTIONS =
  "A gateway whose connections the application sees to itself says so: @AuthenticatedGateway({ connections: 'unchecked' }).";
const INHERITED =
  'Beside HTTP, NestJS asks guards for the whole application before messages only with ' +
  'connectMicroservice(…, { inheritAppConfig: true }), which can’t be seen from here: with @UseGuards(JwtAuthGuard) they are guarded either way.';

/** Looks once, when the application is complete, for handlers that are open without being declared so. */
export class StartUpAudit implements OnApplicationBootstrap {
  private readonly logger = new Logger('TrustedIssuers');
  private readonly mode: AuditMode;
  /** Handlers of MCP are behind guarded endpoints. */
  private guardsMcp = false;

  constructor(
    private readonly config: ResolvedAuthConfig,
    private readonly modules: ModulesContainer,
    private readonly guards: GuardFinder,
    private readonly application: ApplicationConfig,
    /** The HTTP server's instance; `undefined` where there is none. */
    private readonly server: () => unknown,
  ) {
    this.mode = config.audit;
  }

  /** @throws AuthConfigurationError in mode `'error'`, when there is such a handler. */
  async onApplicationBootstrap(): Promise<void> {
    const handlers = findHandlers(this.modules);
    this.guardsMcp = areMcpEndpointsGuarded(
      handlers,
      (found) => !this.isPublic(found) && this.guards.isGuarded(found),
    );
    const globalOfGateways =
      handlers.some(({ kind }) => kind === 'ws') && (await guardsReachGateways());
    if (this.mode === 'off') this.warnOfMessages(handlers, globalOfGateways);
    else this.audit(handlers, globalOfGateways);
  }

  /** Warns even in mode `'off'`: an application with a global guard must know which messages it misses. */
  private warnOfMessages(handlers: readonly FoundHandler[], globalOfGateways: boolean): void {
    if (!this.guards.isEverywhere()) return;
    const warnOf = (kind: FoundHandler['kind']): void => {
      const open = handlers.filter(
        (found) =>
          found.kind === kind &&
          found.handler !== undefined &&
          this.isOpen(found, globalOfGateways),
      );
      if (open.length > 0) this.logger.warn(this.reportOf(open));
    };
    warnOf('ws');
    // A microservice may be connected even later. Until then no caller reaches its handlers.
    if (this.guards.isHybrid())
      this.modules
        .getRpcTargetRegistry()
        .pipe(take(1))
        .subscribe(() => warnOf('rpc'));
  }

  private audit(handlers: readonly FoundHandler[], globalOfGateways: boolean): void {
    this.warnOfDoubts(handlers);
    const open = handlers.filter((found) => this.isOpen(found, globalOfGateways));
    const guarded = handlers.filter(
      (found) => !this.isPublic(found) && this.guards.isGuarded(found, globalOfGateways),
    );
    for (const line of mercuriusCacheLines(guarded, this.server())) this.logger.warn(line);
    const caches = sharedCacheLines(guarded, this.application);
    const table = open.length > 0 ? [this.reportOf(open)] : [];
    if (table.length + caches.length === 0) return;
    const message = [...table, ...caches].join('\n');
    if (this.mode === 'error') throw new AuthConfigurationError([{ path: 'audit', message }]);
    this.logger.warn(message);
  }

  private reportOf(open: readonly FoundHandler[]): string {
    const isUnreached =
      this.guards.isEverywhere() &&
      this.guards.isHybrid() &&
      open.some(({ kind }) => kind === 'rpc');
    return [
      auditReport(open.map((found) => this.lineFor(found))),
      ...(open.some(({ handler }) => handler === undefined) ? [CONNECTIONS] : []),
      ...(isUnreached ? [INHERITED] : []),
    ].join('\n');
  }

  /** Warns only: what may be right must not stop the start. */
  private warnOfDoubts(handlers: readonly FoundHandler[]): void {
    for (const doubt of doubtsAbout(handlers, this.modules, this.application, this.config))
      this.logger.warn(doubt);
  }

  private isOpen(found: FoundHandler, globalOfGateways: boolean): boolean {
    if (this.guardsMcp && isMcpHandler(found)) return false;
    return !this.isPublic(found) && !this.guards.isGuarded(found, globalOfGateways);
  }

  private isPublic({ controller, handler }: FoundHandler): boolean {
    return routePolicyOf(routeAt(controller, handler ?? controller)).mode === 'public';
  }

  private lineFor(found: FoundHandler): OpenHandler {
    const { controller, handler, reachedBy } = found;
    return {
      handler: handler ? `${controller.name}.${handler.name}` : controller.name,
      reachedBy,
      otherGuards: this.guards.othersOn(found),
    };
  }
}

/** Called only where there is a gateway, so the package is installed. */
async function guardsReachGateways(): Promise<boolean> {
  const { globalGuardsReachGateways } = await import('../websockets/global-guards-reach.js');
  return globalGuardsReachGateways();
}
