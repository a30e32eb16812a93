/**
 * Where logout tokens are taken (OpenID Connect Back-Channel Logout 1.0 section 2.5). Only issuers with a
 * {@link LogoutSenderConfig} are listened to.
 */
export interface BackChannelLogoutConfig {
  /**
   * Path of the endpoint, below the application's global prefix: register its whole address as
   * `backchannel_logout_uri` at each issuer. Begins with a slash and ends without one; its segments are of
   * letters, digits, `.`, `_`, `~` and `-`. Default `/backchannel-logout`.
   */
  readonly path?: string;
}

/** How an issuer knows this application when it sends logout tokens. */
export interface LogoutSenderConfig {
  /**
   * The client for which the endpoint is registered at the issuer: what its logout tokens carry in `aud`
   * (OpenID Connect Back-Channel Logout 1.0 section 2.4). Mandatory.
   */
  readonly clientId: string;
}
