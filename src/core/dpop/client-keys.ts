import { LruMap } from '../util/lru-map.js';
import { headerOf, type UnverifiedHeader } from '../jwt/unverified-token.js';
import type { ClientKey } from './client-key.js';

/** A client's key, and the header of its proofs. */
export interface KnownClient {
  readonly clientKey: ClientKey;
  /** The header of the last good proof: clients write the same one into every proof. */
  readonly header: UnverifiedHeader;
}

/** A key of OpenSSL takes about 2 KiB. */
const MAX_CLIENTS = 5_000;

/** A longer header is parsed each time: those of ML-DSA keys have 2 KiB and more. */
const MAX_HEADER_CHARACTERS = 2_048;

/**
 * Keys of clients that have sent a good proof with a token bound to them, by thumbprint, so that a key is not
 * imported again for each proof. A client without such a token adds nothing here.
 */
export class ClientKeys {
  private readonly clients = new LruMap<string, KnownClient>(MAX_CLIENTS);

  get size(): number {
    return this.clients.size;
  }

  find(thumbprint: string): KnownClient | undefined {
    return this.clients.get(thumbprint);
  }

  /** @param proof which may hold more than its header. */
  remember(clientKey: ClientKey, proof: UnverifiedHeader): void {
    if (proof.segment.length > MAX_HEADER_CHARACTERS) return;
    this.clients.set(clientKey.thumbprint, { clientKey, header: headerOf(proof) });
  }
}
