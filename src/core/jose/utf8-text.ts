/** Text of a file or an answer. Unlike Buffer's, this decoder drops a byte order mark. */
export function utf8Text(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Keeps nothing between two whole texts. */
const DECODER = new TextDecoder();
