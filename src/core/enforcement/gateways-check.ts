import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { JwtAuthGuard } from '../guard/jwt-auth.guard.js';
import type { ConfigurationFault } from '../../config/configuration-error.js';
import { TOKENS } from '../util/di-tokens.js';
import { checksConnections, isCheckedConnection } from '../calls/checked-connection.js';
import { policyOfMethod } from '../authorization/route-policy.js';
import { methodBehind } from '../authorization/said-of-members.js';
import { mayAskSuper } from './classes-in-modules.js';
import { asksFamily, guardsOn, nameOfGuard, type WrittenGuard } from './guards-on-paper.js';
import { CONNECTION_HOOKS } from './handler-kinds.js';
import { gatewaysIn, openGateways } from './open-gateways.js';

/** Connections to gateways that are open although something else was written. */
export function faultsOfGateways(modules: ModulesContainer): readonly ConfigurationFault[] {
  return [
    ...faultsOfLostChecks(modules),
    ...faultsOfHooks(modules),
    ...(isEveryRouteGuarded(modules) ? faultsOfOpenGateways(modules) : []),
  ];
}

/** Gateways that inherit a check of connections and put another method in its place. */
function faultsOfLostChecks(modules: ModulesContainer): readonly ConfigurationFault[] {
  const paths = gatewaysIn(modules)
    .filter(losesCheck)
    .map(({ name }) => name);
  return paths.map((name) => ({
    path: `${name}.handleConnection`,
    message:
      'overrides the handleConnection with which @AuthenticatedGateway() on a base class checks connections, so every socket would be admitted. ' +
      `Write @AuthenticatedGateway() on ${name} too, and NestJS calls this method for admitted sockets alone; or call super.handleConnection(client, request).`,
  }));
}

/** Gateways to which any client may connect, where every route should be guarded. */
function faultsOfOpenGateways(modules: ModulesContainer): readonly ConfigurationFault[] {
  return openGateways(modules).map(({ name }) => ({
    path: name,
    message:
      'lets every client connect and hear what the server sends, because NestJS asks no guard for connections. ' +
      "Write @AuthenticatedGateway() on it; @AuthenticatedGateway({ connections: 'unchecked' }) where the application sees to connections itself; or @Public() where every client may.",
  }));
}

function isEveryRouteGuarded(modules: ModulesContainer): boolean {
  return [...modules.values()].some(({ providers }) => providers.has(TOKENS.guardsEveryRoute));
}

/** Guards and demands on what Nest calls for a connection, and asks no guard before. */
function faultsOfHooks(modules: ModulesContainer): readonly ConfigurationFault[] {
  return gatewaysIn(modules).flatMap((type) =>
    CONNECTION_HOOKS.filter((key) => isWrittenInVain(type, key)).map((key) => ({
      path: `${type.name}.${key}`,
      message:
        key === 'handleConnection'
          ? 'has a guard or a demand, and NestJS asks no guard for connections. Write @AuthenticatedGateway() on the class: JwtAuthGuard itself then checks each connection, and demands and access modes on handleConnection count.'
          : 'has a guard or a demand, and NestJS asks no guard before it. Remove it.',
    })),
  );
}

function isWrittenInVain(type: Type, key: (typeof CONNECTION_HOOKS)[number]): boolean {
  const guards = guardsOfHook(type, key).filter(asksFamily);
  const isChecked = key === 'handleConnection' && checksConnections(type);
  const { mode, requirements } = policyOfMethod(type, key);
  return isChecked
    ? guards.some((guard) => guard !== JwtAuthGuard)
    : guards.length > 0 || requirements.length > 0 || mode === 'protected' || mode === 'optional';
}

/** Guards of the application's own on such a hook; a line each. */
export function doubtfulGuardsOfHooks(modules: ModulesContainer): readonly string[] {
  return gatewaysIn(modules).flatMap((type) =>
    CONNECTION_HOOKS.flatMap((key) => {
      const others = guardsOfHook(type, key).filter((guard) => !asksFamily(guard));
      return others.map(
        (guard) =>
          `${nameOfGuard(guard)} on ${type.name}.${key} is never asked: NestJS asks no guard for connections.`,
      );
    }),
  );
}

function guardsOfHook(type: Type, key: string): readonly WrittenGuard[] {
  const { [key]: hook } = type.prototype as Record<string, unknown>;
  return guardsOn(methodBehind(hook) as object | undefined);
}

/** Of a field, and of what this does not see, the gateway's own check sees to it when an instance is made. */
function losesCheck(type: Type): boolean {
  const { handleConnection: used } = type.prototype as { readonly handleConnection?: unknown };
  if (typeof used !== 'function' || isCheckedConnection(used)) return false;
  return checksConnections(type) && !mayAskSuper(used, 'handleConnection');
}
