/** A `typ` value in the one form in which it is compared (RFC 7515 section 4.1.9). */
export function canonicalTokenType(type: string | null): string | null {
  return type === null ? null : type.toLowerCase().replace(/^application\//, '');
}

/**
 * Values of `typ` that say a token is something other than an access token, in the form of
 * {@link canonicalTokenType}. A token that carries one is refused whatever is configured: an issuer signs
 * all its tokens with the same keys, so only the type keeps them apart (RFC 8725 section 3.11).
 */
export const NON_ACCESS_TOKEN_TYPES: ReadonlySet<string> = new Set([
  // Sessions and identity: OpenID Connect, Security Event Tokens (RFC 8417).
  'id_token',
  'id+jwt',
  'id_token+jwt',
  'logout+jwt',
  'secevent+jwt',
  'provided-claims+jwt',
  // OAuth messages: RFC 9449, RFC 9101, RFC 9701, RFC 7523 and its successor, client attestation.
  'dpop+jwt',
  'oauth-authz-req+jwt',
  'token-introspection+jwt',
  'client-authentication+jwt',
  'authorization-grant+jwt',
  'oauth-id-jag+jwt',
  'oauth-client-attestation+jwt',
  'oauth-client-attestation-pop+jwt',
  // OpenID Federation.
  'entity-statement+jwt',
  'jwk-set+jwt',
  'resolve-response+jwt',
  'trust-mark+jwt',
  'trust-mark-delegation+jwt',
  'trust-mark-status-response+jwt',
  'explicit-registration-response+jwt',
  // Credentials: SD-JWT, W3C, OpenID4VC, status lists, attestation (RFC 9711), PASSporT (RFC 8225).
  'sd-jwt',
  'kb+jwt',
  'dc+sd-jwt',
  'vc+sd-jwt',
  'vp+sd-jwt',
  'vc+jwt',
  'vp+jwt',
  'openid4vci-proof+jwt',
  'key-attestation+jwt',
  'verifier-attestation+jwt',
  'vnd.verifier-attestation+jwt',
  'statuslist+jwt',
  'eat+jwt',
  'passport',
  // Refresh tokens in the manner of `at+jwt`, and the words Keycloak writes into its payloads.
  'rt+jwt',
  'refresh+jwt',
  'id',
  'refresh',
  'logout',
  'offline',
  'serialized-id',
]);
