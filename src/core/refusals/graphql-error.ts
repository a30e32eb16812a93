import { HttpException } from '@nestjs/common';
import type { PresentedRefusal, RefusalBody } from './refusal-presentation.js';

/** What is worded of a refusal, headers included. */
interface WordedRefusal extends PresentedRefusal {
  /** Value of `Retry-After` in seconds, where the refusal has one. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * `extensions` of a refusal's GraphQL error: the documented body, whose `message` is the error's own,
 * and what belongs to HTTP. Apollo Server takes `http` out and puts it on the response; elsewhere the
 * client reads it.
 */
interface RefusalExtensions extends Omit<RefusalBody, 'message'> {
  readonly http: { readonly status: number; readonly headers: HttpHeaders };
}

/** A `Map`, as Apollo Server wants it; as JSON an object. */
class HttpHeaders extends Map<string, string> {
  toJSON(): Readonly<Record<string, string>> {
    return Object.fromEntries(this);
  }
}

type WordedException = HttpException & Omit<WordedRefusal, 'body'>;

/**
 * Gives exceptions the members that GraphQL servers read. graphql-js sends the `extensions` of whatever a
 * resolver throws, so nothing of it is imported; Mercurius answers with `statusCode` when it has no
 * data. They are getters, because over HTTP no code reads them.
 */
export function readableByGraphQL(
  ...exceptions: readonly { readonly prototype: WordedException }[]
): void {
  for (const { prototype } of exceptions)
    Object.defineProperties(prototype, {
      extensions: {
        get(this: WordedException): RefusalExtensions {
          const { challenge, retryAfterSeconds } = this;
          return extensionsOf({
            body: this.getResponse() as RefusalBody,
            ...{ challenge, retryAfterSeconds },
          });
        },
      },
      statusCode: {
        get(this: WordedException): number {
          return this.getStatus();
        },
      },
    });
}

/**
 * The error of a resolver's call for an exception that this application did not word: an
 * `UnauthorizedException` of its own, or one of this module's made by `new`.
 *
 * @param applicationBody the body the application gave its exception, where it did.
 */
export function graphqlErrorOf(
  worded: WordedRefusal,
  { cause, applicationBody }: { readonly cause: Error; readonly applicationBody: unknown },
): Error {
  const { body } = worded;
  return Object.assign(new HttpException(body, body.status, { cause }), {
    stack: cause.stack,
    statusCode: body.status,
    extensions: {
      ...extensionsOf(worded),
      ...(applicationBody !== undefined && { originalError: applicationBody }),
    },
  });
}

function extensionsOf({ body, challenge, retryAfterSeconds }: WordedRefusal): RefusalExtensions {
  const { message: _message, ...extensions } = body;
  const headers = new HttpHeaders();
  if (challenge !== undefined) headers.set('www-authenticate', challenge);
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
  return { ...extensions, http: { status: body.status, headers } };
}
