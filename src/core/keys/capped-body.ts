/**
 * A body, as far as it may go.
 *
 * @throws Error when it has more bytes than that; the transfer ends.
 */
export async function* capped(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, and with it the transfer.
    if (size > maxBytes) throw new Error(moreThan(maxBytes));
    yield chunk;
  }
}

export const moreThan = (maxBytes: number): string => `more than ${maxBytes} bytes`;
