import type { ReplayStore } from '../core/dpop/replay-store.js';
import type { SignatureAlgorithm } from './trusted-issuer-config.js';

/**
 * Whether tokens may, or must, be bound to a key of their client and come with a proof of it. `'off'`: bound
 * tokens are refused. `'allowed'`: bound tokens need a proof, others come as bearer tokens. `'required'`:
 * every token must be bound.
 */
export type DpopMode = 'off' | 'allowed' | 'required';

/** A path prefix that a gateway rewrites before a request comes here. */
export interface DpopPathPrefix {
  /** The prefix of the path as it arrives here, of whole segments, such as `/` or `/internal`. */
  readonly from: string;
  /** What clients write in its place, such as `/api`. */
  readonly to: string;
}

/** Demands a nonce in every proof (RFC 9449 section 9). */
export interface DpopNonceConfig {
  /** From which the nonces are derived: at least 32 bytes, the same in all processes of the API. Mandatory. */
  readonly secret: string | Uint8Array;
  /** A new nonce every so many seconds; the one before it is still accepted. 10 to 3600. Default 300. */
  readonly ttlSeconds?: number;
}

/** Proofs of possession by DPoP (RFC 9449). */
export interface DpopConfig {
  /** For issuers that do not say otherwise by their own `dpop`. Default `'off'`. */
  readonly mode?: DpopMode;

  /**
   * The origin of the API as clients write it, such as `https://api.example.com`, which the `htu` of a proof
   * must have (RFC 9449 section 4.3): `https:`, or `http:` on loopback. Never taken from `Host` or a forwarded
   * header. Default: that of `resourceMetadata.resource`. Without either the application does not start.
   */
  readonly origin?: string;

  /**
   * Path prefixes that a gateway in front rewrites; the longest `from` that fits counts. Behind one that takes
   * `/api` off: `[{ from: '/', to: '/api' }]`. Absent: paths arrive as clients wrote them.
   */
  readonly paths?: readonly DpopPathPrefix[];

  /**
   * The `alg` values of proofs, all asymmetric (RFC 9449 section 4.3). Told in challenges and in the metadata
   * document. Default: all that this Node.js can verify.
   */
  readonly algorithms?: readonly SignatureAlgorithm[];

  /** How long a proof is good after its `iat`, in seconds. 1 to 3600. Default 300. */
  readonly maxAgeSeconds?: number;

  /** How far the `iat` of a proof may lie in the future, in seconds. 0 to 300. Default 60. */
  readonly maxFutureSeconds?: number;

  /**
   * Demands nonces: a proof without one is answered with `dpop_nonce_required` and a `DPoP-Nonce`, and each
   * client sends its first request twice. Absent: none are demanded.
   */
  readonly nonce?: DpopNonceConfig;

  /**
   * What remembers used proofs, so that none is used twice (RFC 9449 section 11.1). `'this-process'`: 300000 of
   * them in memory; with several processes a proof passes once in each. A {@link ReplayStore}: shared by them.
   * `'elsewhere'`: nothing here, because a gateway in front does it. Default `'this-process'`.
   */
  readonly replay?: 'this-process' | 'elsewhere' | ReplayStore;
}
