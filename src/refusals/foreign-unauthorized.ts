import { UnauthorizedException } from '@nestjs/common';
import {
  type PresentedRefusal,
  presentRefusal,
  type RefusalPresentation,
} from './refusal.presentation.js';

/** Members of the body Nest makes of `new UnauthorizedException(message)`. */
const NEST_MEMBERS = new Set(['message', 'error', 'statusCode', 'errorCode']);

/**
 * The answer to a 401 that the application threw itself: the documented body with the application's
 * message, or the application's own body where it gave an object; the challenge in both cases.
 */
export function presentForeign(
  exception: UnauthorizedException,
  presentation: RefusalPresentation,
): PresentedRefusal & { readonly ownBody?: unknown } {
  const presented = presentRefusal('auth_required', presentation, {
    ...ownMessage(exception),
  });
  return hasOwnBody(exception) ? { ...presented, ownBody: exception.getResponse() } : presented;
}

function hasOwnBody(exception: UnauthorizedException): boolean {
  const response = exception.getResponse();
  return (
    typeof response === 'object' && !Object.keys(response).every((key) => NEST_MEMBERS.has(key))
  );
}

/** What Nest says where an application says nothing. */
const STANDARD_MESSAGES: ReadonlySet<string> = new Set(
  [new UnauthorizedException(), new UnauthorizedException({})].map(({ message }) => message),
);

/** Nothing for Nest's standard texts, which say less than the documented message. */
function ownMessage({ message }: UnauthorizedException): { message?: string } {
  return STANDARD_MESSAGES.has(message) ? {} : { message };
}
