import {
  ALWAYS_HINTED,
  AUTHENTICATE_HINT,
  codesOfStatus,
  errorOfStatus,
  type UnauthorizedBody,
} from '../core/refusals/refusal-bodies.js';

const MEMBERS: ReadonlySet<string> = new Set([
  'status',
  'error',
  'message',
  'code',
  'authenticateHint',
]);
const CODES: ReadonlySet<unknown> = new Set(codesOfStatus(401));
const ERROR = errorOfStatus(401);

/**
 * Whether parsed JSON is a 401 body of an API that uses this package: its members, no more and no
 * less, and a code that this version knows. For anything else it is `false`; it never throws.
 */
export function isUnauthorizedBody(json: unknown): json is UnauthorizedBody {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const body = json as Readonly<Record<string, unknown>>;
  return (
    Object.keys(body).every((name) => MEMBERS.has(name)) &&
    body['status'] === 401 &&
    body['error'] === ERROR &&
    typeof body['message'] === 'string' &&
    CODES.has(body['code']) &&
    isHintOf(body['code'], body['authenticateHint'])
  );
}

function isHintOf(code: unknown, hint: unknown): boolean {
  if (hint === undefined) return code !== ALWAYS_HINTED;
  return typeof hint === 'string' && AUTHENTICATE_HINT.test(hint);
}
