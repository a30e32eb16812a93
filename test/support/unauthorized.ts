/** The message of each 401, as docs/refusals.md has it. */
const MESSAGES = {
  auth_required: 'Authentication required',
  token_expired: 'Access token expired',
  signature_invalid: 'Access token signature invalid',
  issuer_untrusted: 'Access token issuer not trusted',
  token_malformed: 'Access token malformed',
  token_not_active: 'Access token not yet valid',
  token_revoked: 'Access token revoked',
  audience_invalid: 'Access token audience not accepted',
  claims_invalid: 'Access token claims not accepted',
  token_binding_invalid: 'Access token not bound to this caller',
  token_inactive: 'Access token inactive',
  token_invalid: 'Access token invalid',
  step_up_required: 'Stronger or more recent authentication required',
} as const;

/** The code of a 401. */
export type UnauthorizedCode = keyof typeof MESSAGES;

/** Of those, the codes whose challenge says no more than that the token is bad. */
export type BadTokenCode = Exclude<UnauthorizedCode, 'step_up_required'>;

/** What `authenticateHint` and a challenge begin with; the realm as it is written between quotes. */
export function hintOf(realm: string): string {
  return `Bearer realm="${realm}"`;
}

/** The documented body of a 401, its members in the order in which they are sent. */
export function unauthorizedBody(code: UnauthorizedCode, realm = 'api') {
  return {
    status: 401,
    error: 'Unauthorized',
    message: MESSAGES[code],
    code,
    authenticateHint: hintOf(realm),
  };
}

/** The documented challenge that goes with it. */
export function unauthorizedChallenge(code: BadTokenCode): string {
  const parameters =
    code === 'auth_required'
      ? ''
      : `, error="invalid_token", error_description="${MESSAGES[code]}"`;
  return hintOf('api') + parameters;
}
