/** One row of the refusal table: everything a client or an operator can be told about a code. */
export interface RefusalRow {
  /** HTTP status of the answer. */
  readonly status: 400 | 401 | 403 | 503;
  /** The `error` member of the body: the status in words. */
  readonly error: string;
  /** The `message` member of the body and the `error_description` of the challenge. */
  readonly message: string;
  /** The challenge's `error` parameter (RFC 6750 section 3.1, RFC 9470 section 3). `undefined`: no credentials came, so none is given. */
  readonly challengeError:
    | 'invalid_token'
    | 'invalid_request'
    | 'insufficient_scope'
    | 'insufficient_user_authentication'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce'
    | undefined;
  /**
   * The challenge that names the error, where several schemes are offered (RFC 9449 section 7.2): that of the
   * scheme under which the token came, `Bearer` where none did; that of DPoP; or every one.
   */
  readonly scheme: 'tried' | 'DPoP' | 'every';
  /** Whether the answer carries a challenge at all; a 503 does not, for new credentials would not help. */
  readonly challenges: boolean;
  /** Whether `disclosure: 'minimal'` replaces the code by `token_invalid`. */
  readonly hiddenWhenMinimal: boolean;
  /** When it is sent, in one line for documentation. */
  readonly when: string;
}

const unauthorized = {
  status: 401,
  error: 'Unauthorized',
  challenges: true,
  scheme: 'tried',
} as const;
const badToken = {
  ...unauthorized,
  challengeError: 'invalid_token',
  hiddenWhenMinimal: true,
} as const;

/** The one table behind exceptions, bodies, headers, documentation and tests. */
export const REFUSALS = {
  auth_required: {
    ...unauthorized,
    message: 'Authentication required',
    challengeError: undefined,
    hiddenWhenMinimal: false,
    when: 'no `Authorization` header, another scheme, or an empty one; a protected handler reached with no identity context; an application’s own `UnauthorizedException`',
  },
  token_expired: {
    ...badToken,
    hiddenWhenMinimal: false,
    message: 'Access token expired',
    when: 'signature good, `exp` past; or `exp` past and its key no longer in the set; or older than `revocation.maxTokenLifetimeSeconds`',
  },
  signature_invalid: {
    ...badToken,
    message: 'Access token signature invalid',
    when: 'signature wrong, key not in the issuer’s set, `alg` not allowed',
  },
  issuer_untrusted: {
    ...badToken,
    message: 'Access token issuer not trusted',
    when: '`iss` absent, not a string, or not on the list',
  },
  token_malformed: {
    ...badToken,
    message: 'Access token malformed',
    when: 'not one compact JWS: opaque (without `introspection`), encrypted, oversized, not strict base64url, UTF-8 or JSON, or with a critical extension',
  },
  token_not_active: {
    ...badToken,
    message: 'Access token not yet valid',
    when: '`nbf` or `iat` in the future',
  },
  audience_invalid: {
    ...badToken,
    message: 'Access token audience not accepted',
    when: 'not meant for this API',
  },
  claims_invalid: {
    ...badToken,
    message: 'Access token claims not accepted',
    when: 'type, age, tenant, client, required claim or subject; no usable `exp`, `nbf` or `iat`; nested too deeply',
  },
  token_binding_invalid: {
    ...badToken,
    message: 'Access token not bound to this caller',
    when: 'the token is bound to a key or a certificate (`cnf`), and the request does not prove that it is the caller’s',
  },
  dpop_proof_invalid: {
    ...unauthorized,
    scheme: 'DPoP',
    message: 'DPoP proof invalid',
    challengeError: 'invalid_dpop_proof',
    hiddenWhenMinimal: false,
    when: 'the token is bound to a key of its client, and no proof came with it, several, one that is not good for this request, or one that was used before',
  },
  dpop_nonce_required: {
    ...unauthorized,
    scheme: 'DPoP',
    message: 'DPoP nonce required',
    challengeError: 'use_dpop_nonce',
    hiddenWhenMinimal: false,
    when: 'the proof has no nonce of this API, or an old one; the header `DPoP-Nonce` has the one to use',
  },
  token_revoked: {
    ...badToken,
    message: 'Access token revoked',
    when: '`isRevoked` says so, or the token was revoked through `Revocations` or by a logout',
  },
  token_inactive: {
    ...badToken,
    message: 'Access token inactive',
    when: 'its issuer, asked by introspection, says that it is not active',
  },
  token_invalid: {
    ...badToken,
    hiddenWhenMinimal: false,
    message: 'Access token invalid',
    when: "with `disclosure: 'minimal'`, in place of every `invalid_token` code but `token_expired`",
  },
  step_up_required: {
    ...unauthorized,
    message: 'Stronger or more recent authentication required',
    challengeError: 'insufficient_user_authentication',
    hiddenWhenMinimal: false,
    when: 'the token is good, but its `acr` or `auth_time` is not what the route asks for',
  },
  insufficient_scope: {
    status: 403,
    error: 'Forbidden',
    message: 'Insufficient scope',
    challengeError: 'insufficient_scope',
    challenges: true,
    scheme: 'tried',
    hiddenWhenMinimal: false,
    when: 'scopes or roles missing',
  },
  invalid_request: {
    status: 400,
    error: 'Bad Request',
    message: 'More than one access token',
    challengeError: 'invalid_request',
    challenges: true,
    scheme: 'every',
    hiddenWhenMinimal: false,
    when: 'more than one token, or more than one `Authorization` header, also joined by commas, in one request',
  },
  keys_unavailable: {
    status: 503,
    error: 'Service Unavailable',
    message: 'Token verification unavailable',
    challengeError: undefined,
    challenges: false,
    scheme: 'tried',
    hiddenWhenMinimal: false,
    when: 'the token could not be checked: its issuer’s keys or introspection, the revocations or the store of DPoP proofs are not available, or a function of the application failed',
  },
} as const satisfies Record<string, RefusalRow>;

/** A stable, documented name for one kind of refusal; the `code` member of every refusal body. */
export type RefusalCode = keyof typeof REFUSALS;

/** The codes that name a cause: all but the one that `disclosure: 'minimal'` puts in their place. */
export type CauseCode = Exclude<RefusalCode, 'token_invalid'>;

/** The codes by name, for `switch` and comparison without string literals. */
export const RefusalCode = Object.fromEntries(
  Object.keys(REFUSALS).map((code) => [code, code]),
) as { readonly [Code in RefusalCode]: Code };

/** The row of a code, with its literal types widened. */
export function refusalRow(code: RefusalCode): RefusalRow {
  return REFUSALS[code];
}
