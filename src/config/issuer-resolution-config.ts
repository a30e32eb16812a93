import type { TrustedIssuerConfig } from './trusted-issuer-config.js';

/**
 * What a resolver says of an issuer: its configuration, or that it is not trusted. A string is short for `{
 * issuer: thatString }`.
 */
export type IssuerResolution = TrustedIssuerConfig | string | null | undefined;

/** How issuers are found that no configuration lists, such as those of tenants in a database. */
export interface IssuerResolutionConfig {
  /**
   * Origins, like `https://login.example.com`, of the issuers that may be asked about. A token with an `iss` of
   * another origin is refused without a call. Mandatory, at least one.
   */
  readonly origins: readonly string[];

  /**
   * Gives the configuration of an issuer, or `undefined` when it is not trusted. It is called with the `iss` of
   * a token that is not verified yet: a plainly written URL, without user, query or fragment, of one of
   * {@link origins} and at most 1024 characters. What it gives is checked like an element of `issuers`, and
   * must name that very `iss` in `issuer` or `issuerAliases`. Concurrent tokens of one issuer share one call.
   * When it throws, rejects, gives something faulty or misses {@link timeoutMs}, the request ends in a 503.
   * Mandatory.
   */
  readonly resolve: (issuer: string) => IssuerResolution | Promise<IssuerResolution>;

  /**
   * How many resolved issuers are kept, keys included. The one that was unused longest is dropped first. 1 to
   * 100000.
   *
   * @default 100
   */
  readonly maxEntries?: number;

  /**
   * Time in seconds after which an issuer is resolved again. Its keys stay in use when the answer is still the
   * same. Above 0.
   *
   * @default 300
   */
  readonly maxAgeSeconds?: number;

  /**
   * Time in seconds for which "not trusted" is remembered. Above 0.
   *
   * @default 30
   */
  readonly missMaxAgeSeconds?: number;

  /**
   * Deadline of one call in milliseconds. 1 to 60000.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;
}
