import type { Reflector } from '@nestjs/core';
import { type AccessMode, accessModeOf } from '../access-mode.js';
import type { Requirement } from '../authorization/requirement.js';
import { requirementsOf } from '../authorization/requirement.reader.js';
import { RouteMemo } from '../route-memo.js';

/** What the guard has to know of a route. */
export interface RoutePolicy {
  readonly mode: AccessMode;
  readonly requirements: readonly Requirement[];
}

/** How routes are guarded. A handler's own access mode wins over its controller's. */
export class RoutePolicyReader extends RouteMemo<RoutePolicy> {
  constructor(reflector: Reflector) {
    super((route) => ({
      mode: accessModeOf(reflector, route) ?? 'protected',
      requirements: requirementsOf(reflector, route),
    }));
  }
}
