import { hash } from 'node:crypto';
import { LruMap } from '../../util/lru-map.js';

/** Of so many verified tokens the `jti` is known: the oldest make room, and each takes 44 characters. */
const MAX_KNOWN = 10_000;

/**
 * Which verified tokens came before. A process knows those that it has verified itself; another one may take a
 * copy, which then says once more what is known already: a mark names the time of the token, not that of its
 * arrival.
 */
export class UsedTokenIds {
  private readonly used = new LruMap<string, true>(MAX_KNOWN);

  has(issuer: string, tokenId: string): boolean {
    return this.used.get(keyOf(issuer, tokenId)) !== undefined;
  }

  add(issuer: string, tokenId: string): void {
    this.used.set(keyOf(issuer, tokenId), true);
  }

  delete(issuer: string, tokenId: string): void {
    this.used.delete(keyOf(issuer, tokenId));
  }
}

/** Of a fixed size, whatever an issuer takes for an identifier. */
function keyOf(issuer: string, tokenId: string): string {
  return hash('sha256', JSON.stringify([issuer, tokenId]), 'base64');
}
