import type { ModulesContainer } from '@nestjs/core';
import type { ConfigurationFault } from '../config/configuration.error.js';
import { isCheckedConnection } from '../request/checked-connection.js';
import { prototypesOf } from '../route/said-of-members.js';
import { type ClassInModule, classesIn, mayAskSuper } from './classes-in-modules.js';
import { isGateway } from './handler-kinds.js';

/** Gateways that inherit a check of connections and put another method in its place. */
export function faultsOfGateways(modules: ModulesContainer): readonly ConfigurationFault[] {
  const paths = classesIn(modules)
    .filter(losesCheck)
    .map(({ type }) => type.name);
  return [...new Set(paths)].map((name) => ({
    path: `${name}.handleConnection`,
    message:
      'takes the place of the one that @AuthenticatedGateway() checks connections with on a base class, so every socket would be let in. ' +
      `Write @AuthenticatedGateway() on ${name} too, and NestJS calls this method for admitted sockets alone; or call super.handleConnection(client, request).`,
  }));
}

/** Of a field, and of what this does not see, the gateway's own check sees to it when an instance is made. */
function losesCheck({ type }: ClassInModule): boolean {
  if (!isGateway(type)) return false;
  const [used, ...overridden] = prototypesOf(type)
    .map(
      (prototype): unknown => Object.getOwnPropertyDescriptor(prototype, 'handleConnection')?.value,
    )
    .filter((handler): handler is Function => typeof handler === 'function');
  if (used === undefined || isCheckedConnection(used)) return false;
  return overridden.some(isCheckedConnection) && !mayAskSuper(used, 'handleConnection');
}
