import { Inject, Injectable, Optional, type PipeTransform } from '@nestjs/common';
import { TOKENS } from '../util/di-tokens.js';
import type { RefusalResponder } from '../refusals/refusal-responder.js';
import { refuseWithoutIdentity } from './missing-identity.js';
import { CURRENT_IDENTITY_NEED, placeOfMissingIdentity } from './missing-identity-placeholder.js';

/** Refuses a call whose identity is missing. A pipe, because a parameter decorator has no injection. */
@Injectable()
export class CurrentIdentityPipe implements PipeTransform {
  constructor(
    // Absent in a unit test of a controller without the module.
    @Optional() @Inject(TOKENS.refusalResponder) private readonly responder?: RefusalResponder,
  ) {}

  transform<Value>(value: Value): Value | Promise<never> {
    const place = placeOfMissingIdentity(value);
    if (place === undefined) return value;
    return refuseWithoutIdentity(CURRENT_IDENTITY_NEED, place, this.responder);
  }
}
