import { createHmac, type KeyObject, sign as signWith } from 'node:crypto';
import type { TokenPart } from 'nestjs-trusted-issuers/testing';

/** Makes a signature over the first two segments of a token. */
export type Sign = (input: Buffer) => Buffer;

export const AUDIENCE = 'https://api.example.com';

/** A token of any header and payload, with any signature. */
export function forge(header: TokenPart, payload: TokenPart, sign: Sign): string {
  return forgeSegments(encode(header), encode(payload), sign);
}

/** A token of two segments that are taken as they are, well-formed or not. */
export function forgeSegments(header: string, payload: string, sign: Sign): string {
  const input = `${header}.${payload}`;
  return `${input}.${sign(Buffer.from(input)).toString('base64url')}`;
}

/** One segment: an object as JSON, text and bytes as they are. */
export function encode(part: TokenPart): string {
  if (typeof part === 'string') return Buffer.from(part).toString('base64url');
  if (ArrayBuffer.isView(part)) return Buffer.from(part as Uint8Array).toString('base64url');
  return encode(JSON.stringify(part));
}

/** Claims that this API accepts of an issuer, as far as claims go. */
export function goodClaims(issuer: string, more: object = {}): object {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: issuer, sub: 'alice', aud: AUDIENCE, iat: now, exp: now + 300, ...more };
}

/** `HS*`, with any secret. */
export function hmac(hash: string, secret: string | Uint8Array): Sign {
  return (input) => createHmac(hash, secret).update(input).digest();
}

/** `RS*` and, with the DER encoding that JOSE does not use, `ES*`. */
export function plain(hash: string, key: KeyObject): Sign {
  return (input) => signWith(hash, input, key);
}

/** `ES*`. */
export function ecdsa(hash: string, key: KeyObject): Sign {
  return (input) => signWith(hash, input, { key, dsaEncoding: 'ieee-p1363' });
}

/** The signature is these bytes, whatever was signed. */
export function fixed(signature: Uint8Array): Sign {
  return () => Buffer.from(signature);
}

/** The same token with other bytes, or none, in place of its signature. */
export function withSignature(token: string, signature: Uint8Array | string): string {
  return token.slice(0, token.lastIndexOf('.') + 1) + encode(signature);
}
