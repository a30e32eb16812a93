import Negotiator from 'negotiator';
import type { RefusalBody } from './refusal-presentation.js';
import { topicAddress } from './refusal-topic.js';
import { refusalRow } from './refusal-table.js';

/** Media type of the documented body. */
export const JSON_TYPE = 'application/json';

/** Media type of {@link ProblemDetails}. */
export const PROBLEM_TYPE = 'application/problem+json';

/** A refusal as problem details (RFC 9457 section 3). Members are in this order. */
export interface ProblemDetails {
  /** The topic of the error reference, or `about:blank` where there is none. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: RefusalBody['code'];
  readonly authenticateHint?: string;
}

/** Whether a client asks for problem details by name; a wildcard gets the documented body. */
export function prefersProblemDetails(accept: string | undefined): boolean {
  // A tie goes to the first one here, so `*/*` gets the documented body.
  const types = [JSON_TYPE, PROBLEM_TYPE];
  return new Negotiator({ headers: { accept } }).mediaType(types) === PROBLEM_TYPE;
}

/** The same refusal as problem details. */
export function problemDetailsOf(body: RefusalBody, errorUri: string | undefined): ProblemDetails {
  const { error, status, message, code, authenticateHint } = body;
  return {
    type: errorUri === undefined ? 'about:blank' : topicAddress(errorUri, refusalRow(code).status),
    title: error,
    status,
    detail: message,
    code,
    ...(authenticateHint !== undefined && { authenticateHint }),
  };
}
