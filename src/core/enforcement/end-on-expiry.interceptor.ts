import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { TOKENS } from '../util/di-tokens.js';
import type { EventStreams } from './event-streams.js';

/** Ends a stream of server-sent events when the token of its request expires; {@link EventStreams} puts it on handlers. */
@Injectable()
export class EndOnExpiryInterceptor implements NestInterceptor {
  constructor(
    // Absent in another application of this process that has the same classes, but not the module.
    @Optional() @Inject(TOKENS.eventStreams) private readonly streams?: EventStreams,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const events = next.handle();
    return this.streams?.endWithToken(events, context) ?? events;
  }
}
