import {
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  Optional,
  type PipeTransform,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { TOKENS } from '../di-tokens.js';
import type { RefusalResponder } from '../refusals/refusal.responder.js';
import type { Exchange } from '../request/exchange.js';
import { accessModeOf } from '../access-mode.js';
import type { Identity } from './identity.js';
import { refuseWithoutIdentity } from './missing-identity.js';

/** Stands in for an identity that the request does not have. */
export class MissingIdentity {
  constructor(
    readonly context: ExecutionContext,
    readonly exchange: Exchange,
  ) {}
}

/** Says what a missing identity means. A pipe, because a parameter decorator has no injection. */
@Injectable()
export class CurrentIdentityPipe implements PipeTransform {
  private readonly logger = new Logger('TrustedIssuers');

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    // Absent in a unit test of a controller without the module.
    @Optional() @Inject(TOKENS.refusalResponder) private readonly responder?: RefusalResponder,
  ) {}

  transform(value: Identity | MissingIdentity): Identity | undefined | Promise<never> {
    if (!(value instanceof MissingIdentity)) return value;
    const { context, exchange } = value;
    const mode = accessModeOf(this.reflector, context);
    if (mode === 'optional') return undefined;
    const { logger, responder } = this;
    return refuseWithoutIdentity('asks for @CurrentIdentity()', {
      ...{ context, exchange, mode, logger, responder },
    });
  }
}
