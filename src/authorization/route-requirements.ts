import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ACCESS_MODE_KEY, type AccessMode } from '../access-mode.js';
import { type Requirement, REQUIREMENTS_KEY } from './requirement.js';

/** Where a handler stands: what of an {@link ExecutionContext} is needed to read its metadata. */
export type Route = Pick<ExecutionContext, 'getHandler' | 'getClass'>;

/**
 * Everything a route demands of its callers: its controller's requirements and its own. `@Public()` on
 * the handler lifts the controller's, as it lifts the demand for a token.
 */
export function requirementsOf(reflector: Reflector, route: Route): readonly Requirement[] {
  const handler = route.getHandler();
  const own = reflector.get<readonly Requirement[] | undefined>(REQUIREMENTS_KEY, handler) ?? [];
  if (reflector.get<AccessMode | undefined>(ACCESS_MODE_KEY, handler) === 'public') return own;
  const shared = reflector.get<readonly Requirement[] | undefined>(
    REQUIREMENTS_KEY,
    route.getClass(),
  );
  return shared === undefined ? own : [...shared, ...own];
}
