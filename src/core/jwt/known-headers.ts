import { headerOf, type UnverifiedHeader } from './unverified-token.js';

/** An issuer has a few keys, and writes one header for each. */
const MAX_HEADERS = 64;

/** Longer headers are parsed each time. */
const MAX_CHARACTERS = 512;

/**
 * Headers of tokens whose signatures were good, so that the same header is not parsed for each token. Only an
 * issuer's own tokens add to it; where its headers differ from token to token, it starts over when it is full.
 */
export class KnownHeaders {
  private readonly headers = new Map<string, UnverifiedHeader>();

  /** @param text of a token, or of anything else. */
  find(text: string): UnverifiedHeader | undefined {
    const end = text.indexOf('.');
    if (end === -1 || end > MAX_CHARACTERS) return undefined;
    return this.headers.get(text.slice(0, end));
  }

  remember(verified: UnverifiedHeader): void {
    const { segment } = verified;
    if (segment.length > MAX_CHARACTERS || this.headers.has(segment)) return;
    if (this.headers.size >= MAX_HEADERS) this.headers.clear();
    const known = headerOf(verified);
    this.headers.set(known.segment, known);
  }
}
