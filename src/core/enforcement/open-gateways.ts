import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import {
  CHECKS_SOCKETS,
  checksConnections,
  UNCHECKED_ON_PURPOSE,
} from '../calls/checked-connection.js';
import { routePolicyOf } from '../authorization/route-policy.js';
import { methodBehind } from '../authorization/said-of-members.js';
import { routeAt } from '../calls/route-memo.js';
import { classesIn } from './classes-in-modules.js';
import { injectedInto } from './guards-on-paper.js';
import { isGateway } from './handler-kinds.js';

/** Gateways to which any client may connect, although no decorator says so. */
export function openGateways(modules: ModulesContainer): readonly Type[] {
  return gatewaysIn(modules).filter(
    (type) =>
      !checksConnections(type) &&
      !checksByHand(type) &&
      !isUncheckedOnPurpose(type) &&
      !isConnectionPublic(type),
  );
}

/**
 * Each gateway once, however many modules have it. Nest opens none for what a factory makes, or what is given as
 * a value.
 */
export function gatewaysIn(modules: ModulesContainer): readonly Type[] {
  const made = classesIn(modules).filter(({ wrapper }) => !wrapper.isNotMetatype);
  return [...new Set(made.map(({ type }) => type))].filter(isGateway);
}

/** Whether the gateway itself, and not only a base class, leaves its connections to the application. */
function isUncheckedOnPurpose(type: Type): boolean {
  return Reflect.getOwnMetadata(UNCHECKED_ON_PURPOSE, type) === true;
}

/** A gateway that is given a `SocketAuthenticator` asks it in its own way. */
function checksByHand(type: Type): boolean {
  return injectedInto(type).some(
    (token) => typeof token === 'function' && Reflect.hasMetadata(CHECKS_SOCKETS, token),
  );
}

function isConnectionPublic(type: Type): boolean {
  const { handleConnection } = type.prototype as { readonly handleConnection?: unknown };
  const handler = methodBehind(handleConnection);
  const route = routeAt(type, typeof handler === 'function' ? handler : type);
  return routePolicyOf(route).mode === 'public';
}
