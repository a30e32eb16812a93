import type { KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from './trusted-issuer-config.js';

/**
 * How this API authenticates itself to an introspection endpoint (RFC 7662 section 2.1).
 *
 * - `'client_secret_basic'`: `clientId` and `clientSecret` in `Authorization: Basic`, form-encoded (RFC 6749
 *   section 2.3.1).
 * - `'client_secret_post'`: both in the form.
 * - `'private_key_jwt'`: an assertion signed with `privateKey` (RFC 7523 section 2.2).
 * - `'tls_client_auth'`: `clientId` in the form, and a client certificate that `http.fetch` presents (RFC 8705
 *   section 2).
 * - `'bearer'`: what `bearerToken` gives, in `Authorization: Bearer`.
 */
export type IntrospectionAuthentication =
  'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'tls_client_auth' | 'bearer';

/** A private key that signs assertions: PEM text, a private `KeyObject`, or a JSON Web Key. */
export type PrivateKeyInput = string | KeyObject | Readonly<Record<string, unknown>>;

/**
 * Tokens that only their issuer can read: this API asks it about them.
 *
 * @see RFC 7662
 */
export interface IntrospectionConfig {
  /**
   * Address of the introspection endpoint. With it nothing is discovered for introspection. Absent: the
   * `introspection_endpoint` in the issuer's own metadata (RFC 8414 section 2), read when a token needs it.
   * An `http:` address beyond loopback stops the start, unless `http.allowInsecure` allows it.
   */
  readonly endpoint?: string;

  /** The name under which the authorization server knows this API. Mandatory, except with `bearerToken`. */
  readonly clientId?: string;

  /** This API's secret, for `client_secret_basic` (the default with it) and `client_secret_post`. */
  readonly clientSecret?: string;

  /** This API's private key, for `private_key_jwt`: PEM text, a private `KeyObject`, or a JSON Web Key. */
  readonly privateKey?: PrivateKeyInput;

  /** `kid` in the header of assertions. Absent: that of a JSON Web Key, or none. */
  readonly privateKeyId?: string;

  /**
   * `alg` of assertions.
   *
   * @default `RS256` for an RSA key, the algorithm of its curve for any other
   */
  readonly assertionAlgorithm?: SignatureAlgorithm;

  /**
   * `aud` of assertions.
   *
   * @default the issuer
   * @see RFC 7523 section 3
   */
  readonly assertionAudience?: string;

  /**
   * Gives the access token that this API shows to the endpoint, for `bearer`; asked before each call, so that it
   * may change. It is a 503 for the caller when it fails.
   */
  readonly bearerToken?: () => string | Promise<string>;

  /**
   * How this API authenticates itself to the endpoint.
   *
   * @default by what is given: `client_secret_basic`, `private_key_jwt` or `bearer`
   */
  readonly authentication?: IntrospectionAuthentication;

  /**
   * How this issuer's opaque tokens begin, case included. It tells to which issuer a token belongs before any
   * server is asked: a token is never shown to two. Where prefixes contain one another the longest counts.
   * Absent: every opaque token that begins with no other issuer's prefix is this issuer's; an application with
   * two such issuers does not start.
   */
  readonly tokenPrefix?: string;

  /**
   * `'opaque'`: the endpoint is asked about tokens that are no JWT; JWTs are verified by their signature alone.
   * `'always'`: it is also asked about JWTs of this issuer, after form, issuer, signature and times were found
   * good. Audience, client and further claims are then those of the answer, or the token's own where the answer
   * has none.
   *
   * @default `'opaque'`
   */
  readonly mode?: 'opaque' | 'always';

  /**
   * Longest time in seconds for which an answer is remembered, never past the token's `exp`. A token that was
   * revoked meanwhile is accepted until then. Inactive answers are remembered for 10 seconds at most. With 0
   * every request asks. 0 to 86400.
   *
   * @default 0
   */
  readonly maxAgeSeconds?: number;

  /**
   * How many calls to the endpoint may run at a time; without a limit random tokens would become a flood of calls. Requests
   * beyond it are answered with 503 and `Retry-After`. 1 to 10000.
   *
   * @default 50
   */
  readonly maxConcurrent?: number;

  /**
   * Whether the endpoint's answers are signed: `'off'` asks for JSON, `'accepted'` for either, `'required'`
   * accepts only signed ones. They are verified with the issuer's `keys` and `algorithms`.
   *
   * @default `'off'`
   * @see RFC 9701
   */
  readonly signedAnswers?: 'off' | 'accepted' | 'required';
}
