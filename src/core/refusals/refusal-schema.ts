import {
  ALWAYS_HINTED,
  AUTHENTICATE_HINT,
  codesOfStatus,
  errorOfStatus,
} from './refusal-bodies.js';

/**
 * JSON Schema (draft-07) of every 401 body this module sends. `authenticateHint` is required of
 * `auth_required` alone, because `authenticateHint: 'auth_required'` leaves it out of all others.
 */
export const unauthorizedBodySchema = {
  ...bodySchema('Unauthorized', 401),
  anyOf: [
    { required: ['authenticateHint'] },
    { properties: { code: { not: { const: ALWAYS_HINTED } } } },
  ],
} as const;

/** JSON Schema (draft-07) of every 403 body this module sends. */
export const forbiddenBodySchema = bodySchema('Forbidden', 403);

function bodySchema<Status extends 401 | 403>(title: string, status: Status) {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    type: 'object',
    additionalProperties: false,
    required: ['status', 'error', 'message', 'code'],
    properties: {
      status: { const: status },
      error: { const: errorOfStatus(status) },
      message: { type: 'string' },
      code: { enum: codesOfStatus(status) },
      authenticateHint: { type: 'string', pattern: AUTHENTICATE_HINT.source },
    },
  } as const;
}
