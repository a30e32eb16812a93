import type { RefusalCode } from '../../refusals/refusal-table.js';

/** Whether, and how, the same call can succeed later; each with the words for people. */
export const RETRIES = {
  never: 'does not help; a new token of the same kind is refused as well.',
  never_but_new_key:
    'does not help, with one exception: in the first 30 seconds after the issuer began to sign with a new key, the same token is accepted a little later.',
  once_valid: 'helps with the same token, once its time has come.',
  with_token: 'helps with an access token.',
  with_new_token: 'helps once, with a new access token.',
  after_login: 'helps with a new token, once the user has logged in again.',
  with_more_scope: 'helps with a token that has the scope.',
  with_one_token: 'helps when the request carries a single token.',
  with_new_proof:
    'helps once, with a new proof, when the client has made a mistake in the old one.',
  with_nonce: 'helps once, with a new proof that has the nonce of the answer.',
  later: 'helps: send the same request again after `Retry-After` seconds.',
} as const;

/** A key of {@link RETRIES}. */
export type Retry = keyof typeof RETRIES;

/** What to do about one code. */
export interface CodeGuidance {
  readonly retry: Retry;
  /** For who calls the API. */
  readonly client: string;
  /** For who runs it. */
  readonly operator: string;
}

/** What to do about each code. A new row of the refusal table does not compile without its guidance. */
export const GUIDANCE: Readonly<Record<RefusalCode, CodeGuidance>> = {
  auth_required: {
    retry: 'with_token',
    client:
      'Get an access token and send it as `Authorization: Bearer …`. An application may send a message of its own with this code: show it.',
    operator:
      'Normal for a first call. When callers say that they did send a token: does a proxy drop `Authorization`, or is the token in a place where `tokenSources` does not look? An error in the log names a route that lacks its guard.',
  },
  token_expired: {
    retry: 'with_new_token',
    client:
      'Get a new access token in the background and send the request again, once. When that is refused as expired too, a clock is wrong: stop.',
    operator:
      'Normal at the end of a token’s life. Many at once: is the clock of this machine or of the issuer wrong, or is the life of tokens very short? Is `revocation.maxTokenLifetimeSeconds` less than that life?',
  },
  signature_invalid: {
    retry: 'never_but_new_key',
    client:
      'Drop the token and log in again. Check that nothing cut or changed it on its way; do not loop.',
    operator:
      'Is the token’s `kid` in the issuer’s key set, and its `alg` in `algorithms`? Does another server sign in the issuer’s name, as after a move or in a copy of production? A sudden rise may be forgery.',
  },
  issuer_untrusted: {
    retry: 'never',
    client: 'Get a token from an authorization server that this API trusts.',
    operator:
      'Compare the token’s `iss` with `issuers`, character by character: a slash at the end, `http:` for `https:` or the name of a container makes another issuer. Further names of one server belong in `issuerAliases`.',
  },
  token_malformed: {
    retry: 'never',
    client:
      'Send the access token exactly as the authorization server gave it: no quotes, no line break, not the refresh token. This API reads signed JWTs, no encrypted tokens, and opaque ones only if it can ask their issuer.',
    operator:
      'Does the authorization server issue JWTs for this API? Some issue opaque tokens until they are asked for an audience. Is the token longer than `maxTokenBytes`, for example because of many groups?',
  },
  token_not_active: {
    retry: 'once_valid',
    client: 'The token becomes valid later. Wait, or get another one; do not loop.',
    operator:
      'The issuer’s clock is ahead of this machine’s by more than `clockToleranceSeconds`. Set the clocks right before you raise the tolerance.',
  },
  audience_invalid: {
    retry: 'never',
    client:
      'Ask the authorization server for a token for this API (`resource` or `audience`). An ID token is no access token.',
    operator:
      'Compare the token’s `aud` with `audience`, character by character. A slash at the end, or a client id in place of the API’s name, are the usual differences.',
  },
  claims_invalid: {
    retry: 'never',
    client:
      'The token is of the wrong kind or was issued to another client. Send an access token that was issued to your client.',
    operator:
      'The log at `debug` says which check failed: `tokenTypes`, `requiredHeader`, `clientIds`, `requiredClaims`, `maxTokenAgeSeconds`, the tenant (`tid`), the subject, the marks of an ID token (`typ`, `token_use`), a missing `exp`, times that are no numbers, or claims nested deeper than 32.',
  },
  token_binding_invalid: {
    retry: 'never',
    client:
      'Only the client that holds the token’s key or certificate can use it. Send the proof with the token, or get a bearer token.',
    operator:
      'The log at `debug` says which proof was missing or wrong. Are `dpop` and `mtls` configured for this issuer? Behind a proxy that ends TLS, does it send the header of `mtls.certificate`, from one of `trustedProxies`?',
  },
  dpop_proof_invalid: {
    retry: 'with_new_proof',
    client:
      'Make a new proof for this very request, with the key that the token is bound to: the method, the address as you call it without its query, the time, a `jti` never used before and the hash of the token. Check the clock.',
    operator:
      'The log at `debug` says which check failed. An address that differs: does a gateway rewrite paths, or is the API called by another name than `dpop.origin`? Then `paths` and `origin` need what the log says. Proofs used before come from clients that send a request again with its old proof, or from a thief.',
  },
  dpop_nonce_required: {
    retry: 'with_nonce',
    client:
      'Put the value of the header `DPoP-Nonce` into `nonce` of a new proof and send the request again, once. Keep it for the next requests, and take the newest one that an answer has.',
    operator:
      'Normal for the first call of a client, and once in a while afterwards. Many of one client: its library keeps no nonces, or a browser is not shown the header: expose `DPoP-Nonce`. Do all processes of the API have the same `nonce.secret`?',
  },
  token_inactive: {
    retry: 'with_new_token',
    client:
      'Get a new access token in the background and send the request again, once. When that is refused as well, let the user log in again.',
    operator:
      'Normal at the end of an opaque token’s life, and after it was revoked. Of all tokens: may the client named in `introspection` ask about tokens of others, and does the token belong to the issuer that was asked?',
  },
  token_revoked: {
    retry: 'after_login',
    client: 'Drop the token and what came with it, and let the user log in again.',
    operator:
      'Your `isRevoked` says so, or the token was revoked through `Revocations` or by a logout. The log at `debug` says whether it was `isRevoked`.',
  },
  token_invalid: {
    retry: 'never',
    client:
      'Drop the token and log in again; do not loop. The API does not say why: ask its operator.',
    operator: "`disclosure: 'minimal'` is set. The log at `debug` has the precise code and reason.",
  },
  step_up_required: {
    retry: 'after_login',
    client:
      'Send the user to the authorization server once more, with `acr_values` and `max_age` of the challenge, and retry with the new token.',
    operator:
      'When users come back with the same refusal: does the issuer put `acr` and `auth_time` into its access tokens?',
  },
  insufficient_scope: {
    retry: 'with_more_scope',
    client:
      'Ask the authorization server for a token with the scopes that `scope` in the challenge lists. If the user may not have them, say so; do not log out.',
    operator:
      'Does the issuer grant what the route asks for to this client and user, and is it where `identity.scopes` and `identity.roles` look?',
  },
  invalid_request: {
    retry: 'with_one_token',
    client: 'Send one token, in one place, with one `Authorization` header.',
    operator:
      'Does a proxy add an `Authorization` header? Is a cookie or a parameter that `tokenSources` names sent beside the header?',
  },
  keys_unavailable: {
    retry: 'later',
    client:
      'Keep the token. Wait for `Retry-After` seconds and send the same request again. Do not refresh it or log out: the token was not checked, so it may be good.',
    operator:
      'The log has an error with the cause. Is the issuer’s key server or introspection endpoint up, reachable from here, and answering within `http.timeoutMs`? Is the store of revocations or of DPoP proofs up? Or does `isRevoked` fail?',
  },
};
