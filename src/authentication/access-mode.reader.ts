import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ACCESS_MODE_KEY, type AccessMode } from '../access-mode.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/** Reads how routes are guarded, each once: reading decorators costs more than finding a known token. */
export class AccessModeReader {
  private readonly modes = new WeakMap<Handler, WeakMap<Controller, AccessMode>>();

  constructor(private readonly reflector: Reflector) {}

  /** The mode of a route. A handler's own decorator wins over its controller's. */
  read(context: ExecutionContext): AccessMode {
    const handler = context.getHandler();
    const controller = context.getClass();
    // Controllers that inherit a handler share it, and may differ in their own decorators.
    let ofHandler = this.modes.get(handler);
    if (!ofHandler) this.modes.set(handler, (ofHandler = new WeakMap()));
    let mode = ofHandler.get(controller);
    if (!mode) {
      const targets = [handler, controller];
      mode = this.reflector.getAllAndOverride<AccessMode>(ACCESS_MODE_KEY, targets) ?? 'protected';
      ofHandler.set(controller, mode);
    }
    return mode;
  }
}
