import type { Reflector } from '@nestjs/core';
import { ACCESS_MODE_KEY, type AccessMode } from '../access-mode.js';
import { type Route, RouteMemo } from '../route-memo.js';
import { type Requirement, REQUIREMENTS_KEY } from './requirement.js';

/** What routes demand of their callers. */
export class RequirementReader extends RouteMemo<readonly Requirement[]> {
  constructor(reflector: Reflector) {
    super((route) => requirementsOf(reflector, route));
  }
}

/**
 * Everything a route demands of its callers: its controller's requirements and its own. `@Public()` on
 * the handler lifts the controller's, as it lifts the demand for a token.
 */
export function requirementsOf(reflector: Reflector, route: Route): readonly Requirement[] {
  type Demanded = readonly Requirement[] | undefined;
  const handler = route.getHandler();
  const own = reflector.get<Demanded>(REQUIREMENTS_KEY, handler) ?? [];
  if (reflector.get<AccessMode | undefined>(ACCESS_MODE_KEY, handler) === 'public') return own;
  return [...(reflector.get<Demanded>(REQUIREMENTS_KEY, route.getClass()) ?? []), ...own];
}
