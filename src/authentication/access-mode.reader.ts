import type { Reflector } from '@nestjs/core';
import { type AccessMode, accessModeOf } from '../access-mode.js';
import { RouteMemo } from '../route-memo.js';

/** How routes are guarded. A handler's own decorator wins over its controller's. */
export class AccessModeReader extends RouteMemo<AccessMode> {
  constructor(reflector: Reflector) {
    super((route) => accessModeOf(reflector, route) ?? 'protected');
  }
}
