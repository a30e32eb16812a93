import type { ReplayStore } from '../core/dpop/replay-store.js';
import type { SignatureAlgorithm } from './trusted-issuer-config.js';

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
