import type { INestApplicationContext } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { ApplicationConfig } from '@nestjs/core';
import { ACCESS_MODE_KEY, type AccessMode } from '../access-mode.js';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';

/** A handler and the controller it is called on, which need not be the one that declares it. */
export interface RouteTarget {
  readonly controller: object;
  readonly handler: object;
}

/** What the guard does on a route: `public` where it does not look at the request, or does not run. */
export function routeAccess(app: INestApplicationContext): (target: RouteTarget) => AccessMode {
  const application = app.get(ApplicationConfig, { strict: false });
  const everywhere = [
    ...application.getGlobalGuards(),
    ...application.getGlobalRequestGuards().map(({ metatype }) => metatype),
  ].some(isJwtAuthGuard);
  return ({ controller, handler }) => {
    const guards = [controller, handler].flatMap(
      (target) => (Reflect.getMetadata(GUARDS_METADATA, target) as unknown[] | undefined) ?? [],
    );
    if (!everywhere && !guards.some(isJwtAuthGuard)) return 'public';
    const modes = [handler, controller].map(
      (target) => Reflect.getMetadata(ACCESS_MODE_KEY, target) as AccessMode | undefined,
    );
    return modes.find((mode) => mode !== undefined) ?? 'protected';
  };
}

function isJwtAuthGuard(guard: unknown): boolean {
  if (typeof guard !== 'function') return guard instanceof JwtAuthGuard;
  return guard === JwtAuthGuard || guard.prototype instanceof JwtAuthGuard;
}
