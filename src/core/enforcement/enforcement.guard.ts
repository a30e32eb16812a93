import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Optional,
} from '@nestjs/common';
import { TOKENS } from '../util/di-tokens.js';
import type { Enforcement } from './enforcement.js';

/**
 * The last guard of a handler that has a guard or a demand of ours: {@link EnforcementInstaller} puts it
 * there at start. A guard, because no interceptor, pipe or handler runs before the last guard has answered.
 */
@Injectable()
export class EnforcementGuard implements CanActivate {
  constructor(
    // Absent in another application of this process that has the same classes, but not the module.
    @Optional() @Inject(TOKENS.enforcement) private readonly enforcement?: Enforcement,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.enforcement?.enforce(context) ?? true;
  }
}

/**
 * The last guard of a class whose instances are made for each request. There a constructor may put another
 * function in the place of a handler, and Nest then asks none of the handler's guards.
 */
@Injectable()
export class ReplacedHandlerGuard implements CanActivate {
  constructor(@Optional() @Inject(TOKENS.enforcement) private readonly enforcement?: Enforcement) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.enforcement?.refuseReplacedHandler(context) ?? true;
  }
}
