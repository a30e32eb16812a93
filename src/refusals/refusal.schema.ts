import { REFUSALS, refusalRow, type RefusalCode } from './refusal.table.js';

const codes = (Object.keys(REFUSALS) as RefusalCode[]).filter(
  (code) => refusalRow(code).status === 401,
);

/**
 * JSON Schema (draft-07) of every 401 body this module sends. `authenticateHint` is not required,
 * because `authenticateHint: 'auth_required'` leaves it out of all but that code's.
 */
export const unauthorizedBodySchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Unauthorized',
  type: 'object',
  additionalProperties: false,
  required: ['status', 'error', 'message', 'code'],
  properties: {
    status: { const: 401 },
    error: { const: 'Unauthorized' },
    message: { type: 'string' },
    code: { enum: codes },
    authenticateHint: { type: 'string', pattern: '^Bearer realm=".*"$' },
  },
} as const;
