import type { ReplayStore } from '../core/dpop/replay-store.js';
import type { SignatureAlgorithm } from './trusted-issuer-config.js';

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

/**
 * `'off'`: tokens that are bound to a key are refused. `'allowed'`: bound tokens need a proof, others are
 * accepted as bearer tokens. `'required'`: every token must be bound.
 */
export type DpopMode = 'off' | 'allowed' | 'required';

/** A path prefix that a gateway rewrites before a request arrives here. */
export interface DpopPathPrefix {
  /** The prefix of the path as it arrives here, of whole segments, such as `/` or `/internal`. */
  readonly from: string;
  /** What clients write in its place, such as `/api`. */
  readonly to: string;
}

/**
 * Demands a nonce in every proof.
 *
 * @see RFC 9449 section 9
 */
export interface DpopNonceConfig {
  /** The nonces are derived from it: at least 32 bytes, the same in all processes of the API. Mandatory. */
  readonly secret: string | Uint8Array;
  /**
   * A new nonce every so many seconds; the one before it is still accepted. 10 to 3600.
   *
   * @default 300
   */
  readonly ttlSeconds?: number;
}

/**
 * Proofs of possession by DPoP.
 *
 * @see RFC 9449
 */
export interface DpopConfig {
  /**
   * Whether tokens may, or must, be bound to a key of their client and come with a proof of it, for issuers
   * without a `dpop` of their own.
   *
   * @default `'off'`
   */
  readonly mode?: DpopMode;

  /**
   * The origin of the API as clients write it, such as `https://api.example.com`, which the `htu` of a proof
   * must have: `https:`, or `http:` on loopback. It is never taken from `Host` or a forwarded header. Without
   * it and without `resourceMetadata.resource` the application does not start.
   *
   * @default that of `resourceMetadata.resource`
   * @see RFC 9449 section 4.3
   */
  readonly origin?: string;

  /**
   * Path prefixes that a gateway in front rewrites; the longest `from` that fits counts. Behind one that
   * removes `/api`: `[{ from: '/', to: '/api' }]`. Absent: paths arrive as clients wrote them.
   */
  readonly paths?: readonly DpopPathPrefix[];

  /**
   * The accepted `alg` values of proofs, all asymmetric. Challenges and the metadata document name them.
   *
   * @default all that this Node.js can verify
   * @see RFC 9449 section 4.3
   */
  readonly algorithms?: readonly SignatureAlgorithm[];

  /**
   * How long a proof is valid after its `iat`, in seconds. 1 to 3600.
   *
   * @default 300
   */
  readonly maxAgeSeconds?: number;

  /**
   * How far the `iat` of a proof may be in the future, in seconds. 0 to 300.
   *
   * @default 60
   */
  readonly maxFutureSeconds?: number;

  /**
   * Demands nonces: a proof without one is answered with `dpop_nonce_required` and a `DPoP-Nonce`, and each
   * client sends its first request twice. Absent: none are demanded.
   */
  readonly nonce?: DpopNonceConfig;

  /**
   * What remembers used proofs, so that none is used twice. `'this-process'`: 300000 of them in memory; with
   * several processes a proof is accepted once in each. A {@link ReplayStore}: all processes share it.
   * `'elsewhere'`: this process keeps none, because a gateway in front does.
   *
   * @default `'this-process'`
   * @see RFC 9449 section 11.1
   */
  readonly replay?: 'this-process' | 'elsewhere' | ReplayStore;
}
