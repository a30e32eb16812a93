import type { UnauthorizedException } from '@nestjs/common';
import {
  type PresentedRefusal,
  presentRefusal,
  type RefusalPresentation,
} from './refusal-presentation.js';

/** What Nest makes of `new UnauthorizedException(message)`; without a message there is no `error`. */
interface NestBody {
  readonly message?: unknown;
  readonly error?: unknown;
  readonly statusCode?: unknown;
}
const NEST_MEMBERS = new Set(['message', 'error', 'statusCode', 'errorCode']);

/**
 * The answer to a 401 that the application threw itself: the documented body with the application's
 * message, or the application's own body where it gave an object; the challenge in both cases.
 */
export function presentForeign(
  exception: UnauthorizedException,
  presentation: RefusalPresentation,
): PresentedRefusal & { readonly applicationBody?: unknown } {
  const presented = presentRefusal('auth_required', presentation, ownMessage(exception));
  return hasOwnBody(exception)
    ? { ...presented, applicationBody: exception.getResponse() }
    : presented;
}

/** Whether the body is not one that Nest makes. A list of messages can’t be put into ours. */
function hasOwnBody(exception: UnauthorizedException): boolean {
  const response: unknown = exception.getResponse();
  if (typeof response !== 'object' || response === null) return false;
  const { statusCode, message } = response as NestBody;
  return (
    statusCode === undefined ||
    typeof message !== 'string' ||
    !Object.keys(response).every((key) => NEST_MEMBERS.has(key))
  );
}

/** Nothing where the application gave no text: Nest then puts in one that says less than ours. */
function ownMessage(exception: UnauthorizedException): { message?: string } {
  const response: unknown = exception.getResponse();
  if (typeof response === 'string') return { message: response };
  const { message, error } = Object(response) as NestBody;
  return typeof message === 'string' && error !== undefined ? { message } : {};
}
