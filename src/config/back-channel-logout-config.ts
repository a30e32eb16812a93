/**
 * Where logout tokens are taken. Only issuers with a {@link LogoutSenderConfig} may send them.
 *
 * @see OpenID Connect Back-Channel Logout 1.0 section 2.5
 */
export interface BackChannelLogoutConfig {
  /**
   * Path of the endpoint, below the application's global prefix. Register its whole address as
   * `backchannel_logout_uri` at each issuer. Begins with a slash and ends without one; its segments are of
   * letters, digits, `.`, `_`, `~` and `-`.
   *
   * @default `/backchannel-logout`
   */
  readonly path?: string;
}

/** How an issuer knows this application when it sends logout tokens. */
export interface LogoutSenderConfig {
  /**
   * The client for which the endpoint is registered at the issuer: the `aud` of its logout tokens. Mandatory.
   *
   * @see OpenID Connect Back-Channel Logout 1.0 section 2.4
   */
  readonly clientId: string;
}
