import { createHash } from 'node:crypto';

/** base64url of 32 bytes, without padding; the last character has two bits that are not used. */
const THUMBPRINT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** `x5t#S256` of a certificate: SHA-256 over its DER bytes, in base64url (RFC 8705 section 3.1). */
export function thumbprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('base64url');
}

/** Whether a value can be a thumbprint at all. */
export function isThumbprint(value: unknown): value is string {
  return typeof value === 'string' && THUMBPRINT.test(value);
}

const SEQUENCE = 0x30;
const LONG_FORM = 0x80;

/**
 * Whether bytes are one DER sequence from end to end, as a certificate is. It tells a certificate that was
 * cut off, or something else altogether, from another client's certificate. What is in it is TLS' business.
 */
export function isOneDerSequence(bytes: Uint8Array): boolean {
  const [tag, first = 0] = bytes;
  if (tag !== SEQUENCE) return false;
  if (first < LONG_FORM) return bytes.length === 2 + first;
  const lengthBytes = first - LONG_FORM;
  if (lengthBytes < 1 || lengthBytes > 3) return false;
  let length = 0;
  for (const byte of bytes.subarray(2, 2 + lengthBytes)) length = length * 256 + byte;
  return bytes.length === 2 + lengthBytes + length;
}
