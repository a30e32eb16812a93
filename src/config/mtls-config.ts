/**
 * How a proxy writes the certificate of its client into a header.
 *
 * - `'rfc9440'`: a Byte Sequence, as in `Client-Cert` (RFC 9440 section 2.1).
 * - `'xfcc'`: Envoy's `x-forwarded-client-cert`, its `Hash` or else its `Cert`, of one hop.
 * - `'escaped-pem'`: PEM with percent escapes (nginx' `$ssl_client_escaped_cert`, AWS' load balancers), or with
 *   spaces in place of line breaks (Apache).
 * - `'base64-der'`: DER in base64 (HAProxy's `ssl_c_der,base64`, Azure's `X-ARR-ClientCert`, Traefik).
 */
export type CertificateFormat = 'rfc9440' | 'xfcc' | 'escaped-pem' | 'base64-der';

/** The header in which a proxy that ends TLS names its client's certificate. */
export interface CertificateHeaderConfig {
  /** Name of the header, such as `client-cert`, in any case. Mandatory. */
  readonly header: string;

  /** How the certificate stands in it. Mandatory; a value of any other form is no certificate. */
  readonly format: CertificateFormat;

  /**
   * Addresses of the proxies, or networks such as `10.0.0.0/8`, at least one. The header is believed from a
   * connection that one of them opened, by the address of the socket alone: neither `X-Forwarded-For` nor
   * Express' or Fastify's `trustProxy` counts. Each of them must remove or replace the header where a client
   * sends it (RFC 9440 section 4). Mandatory.
   */
  readonly trustedProxies: readonly string[];
}

/**
 * Where the certificate of the client comes from (RFC 8705 section 3): the TLS connection, a header of a
 * proxy, or a function of the request that returns its DER bytes, or `undefined` where there is none. The
 * function answers at once; when it throws, or answers with anything else, the request ends in a 503.
 */
export type ClientCertificateSource =
  'connection' | CertificateHeaderConfig | CertificateReader['read'];

/** As a method: of a function, TypeScript would take no parameter that is more than `unknown`. */
interface CertificateReader {
  read(request: unknown): Uint8Array | undefined;
}

/**
 * Whether access tokens may, or must, be bound to the certificate of their client. `'off'`: bound ones are
 * refused. `'allowed'`: bound ones need their certificate, others are accepted as ever. `'required'`: every
 * token must be bound.
 */
export type MtlsMode = 'off' | 'allowed' | 'required';

/** Access tokens that are bound to the certificate of a client (RFC 8705 section 3). */
export interface MtlsConfig {
  /**
   * For issuers that do not say otherwise by their own `mtls`. What is refused is `token_binding_invalid`.
   * Default `'off'`.
   */
  readonly mode?: MtlsMode;

  /**
   * Where the certificate comes from. `'connection'` needs a server with `requestCert: true`; whether the
   * certificate has expired or who issued it is for TLS to check, and no part of this (RFC 8705 section 6.2).
   * Mandatory where `'allowed'` or `'required'` is
   * written, here or for an issuer.
   */
  readonly certificate?: ClientCertificateSource;
}
