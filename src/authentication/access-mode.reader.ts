import type { Reflector } from '@nestjs/core';
import { ACCESS_MODE_KEY, type AccessMode } from '../access-mode.js';
import { RouteMemo } from '../route-memo.js';

/** How routes are guarded. A handler's own decorator wins over its controller's. */
export class AccessModeReader extends RouteMemo<AccessMode> {
  constructor(reflector: Reflector) {
    super((route) => {
      const targets = [route.getHandler(), route.getClass()];
      return reflector.getAllAndOverride<AccessMode>(ACCESS_MODE_KEY, targets) ?? 'protected';
    });
  }
}
