import {
  ALWAYS_HINTED,
  AUTHENTICATE_HINT,
  codesOfStatus,
  errorOfStatus,
  type ForbiddenBody,
  type UnauthorizedBody,
} from './refusal-bodies.js';

// Typed as bodies have them: a declaration file of an application can write these codes out.
const unauthorizedCodes: UnauthorizedBody['code'][] = codesOfStatus(401);
const forbiddenCodes: ForbiddenBody['code'][] = codesOfStatus(403);

/**
 * JSON Schema (draft-07) of every 401 body this module sends. `authenticateHint` is required of
 * `auth_required` alone, because `authenticateHint: 'auth_required'` leaves it out of all others.
 */
export const unauthorizedBodySchema = {
  ...bodySchema('Unauthorized', 401, unauthorizedCodes),
  anyOf: [
    { required: ['authenticateHint'] },
    { properties: { code: { not: { const: ALWAYS_HINTED } } } },
  ],
} as const;

/** JSON Schema (draft-07) of every 403 body this module sends. */
export const forbiddenBodySchema = bodySchema('Forbidden', 403, forbiddenCodes);

function bodySchema<Status extends 401 | 403, Code>(title: string, status: Status, codes: Code[]) {
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
      code: { enum: codes },
      authenticateHint: { type: 'string', pattern: AUTHENTICATE_HINT.source },
    },
  } as const;
}
