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

  /** How the certificate is written in it. A value of any other form counts as no certificate. Mandatory. */
  readonly format: CertificateFormat;

  /**
   * Addresses of the proxies, or networks such as `10.0.0.0/8`, at least one. The header counts only on a
   * connection that one of them opened, by the address of the socket alone: neither `X-Forwarded-For` nor
   * Express' or Fastify's `trustProxy` changes that. Each proxy must remove or replace the header where a
   * client sends it. Mandatory.
   *
   * @see RFC 9440 section 4
   */
  readonly trustedProxies: readonly string[];
}

/**
 * `'connection'`: the TLS connection. A {@link CertificateHeaderConfig}: a header of a proxy. A function of the
 * request: it returns the DER bytes of the certificate, or `undefined` where there is none. It answers at once;
 * when it throws, or answers with anything else, the request ends in a 503.
 *
 * @see RFC 8705 section 3
 */
export type ClientCertificateSource =
  'connection' | CertificateHeaderConfig | CertificateReader['read'];

/** As a method: of a function, TypeScript would take no parameter that is more than `unknown`. */
interface CertificateReader {
  read(request: unknown): Uint8Array | undefined;
}

/**
 * `'off'`: tokens that are bound to a certificate are refused. `'allowed'`: bound ones need their certificate,
 * others are accepted as before. `'required'`: every token must be bound.
 */
export type MtlsMode = 'off' | 'allowed' | 'required';

/**
 * Access tokens that are bound to the certificate of a client.
 *
 * @see RFC 8705 section 3
 */
export interface MtlsConfig {
  /**
   * Whether access tokens may, or must, be bound to the certificate of their client, for issuers without an
   * `mtls` of their own. The refusal is `token_binding_invalid`.
   *
   * @default `'off'`
   */
  readonly mode?: MtlsMode;

  /**
   * Where the certificate comes from. `'connection'` needs a server with `requestCert: true`. TLS checks
   * whether the certificate has expired and who issued it; this module does not (RFC 8705 section 6.2).
   * Mandatory where a `mode` here, or the `mtls` of an issuer, is `'allowed'` or `'required'`.
   */
  readonly certificate?: ClientCertificateSource;
}
