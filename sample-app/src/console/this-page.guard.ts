import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
} from '@nestjs/common';
import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Lets the page alone press its buttons: a site that is open in another tab must not get
 * tokens here. `Sec-Fetch-Site` is set by browsers and out of reach of scripts; the host is held
 * against names of this machine, because a stranger's name may be made to lead here (DNS rebinding).
 */
@Injectable()
export class ThisPageGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    if (headers['sec-fetch-site'] === 'same-origin' && LOOPBACK.test(headers.host ?? ''))
      return true;
    throw new ForbiddenException('for the page of this sample only');
  }
}
