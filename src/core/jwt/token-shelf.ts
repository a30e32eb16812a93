/** Most tokens are shorter. With the string that a token gets when it is seen again it takes twice as much. */
const SLOT_BYTES = 1_536;
const SLOTS_PER_CHUNK = 64;

/**
 * The bytes of tokens outside of V8's heap, each in a slot. A string that is kept for its turn in a cache outlives
 * young collections: V8 copies it twice and looks at it in every full collection, for a token that is mostly
 * never seen again.
 */
export class TokenShelf {
  /** Made when a slot is first used, so that a small application pays for what it has. */
  private readonly chunks: Buffer[] = [];

  /** Whether a token has room in a slot. */
  fits(token: string): boolean {
    return token.length <= SLOT_BYTES;
  }

  /** @param token of ASCII, as every token is that was taken apart. */
  put(slot: number, token: string): void {
    this.chunkOf(slot).write(token, offsetOf(slot), 'latin1');
  }

  /** The first characters in a slot, as a string of its own. */
  read(slot: number, length: number): string {
    const start = offsetOf(slot);
    return this.chunkOf(slot).toString('latin1', start, start + length);
  }

  private chunkOf(slot: number): Buffer {
    const index = Math.floor(slot / SLOTS_PER_CHUNK);
    return (this.chunks[index] ??= Buffer.allocUnsafeSlow(SLOTS_PER_CHUNK * SLOT_BYTES));
  }
}

function offsetOf(slot: number): number {
  return (slot % SLOTS_PER_CHUNK) * SLOT_BYTES;
}
