// Unlike instanceof, it knows the arrays of another realm, such as a test runner's sandbox.
import { isUint8Array } from 'node:util/types';
import type { SigningKey } from './signing-key.js';

/**
 * Header or payload of a signed token: an object, written as JSON without its `undefined` members,
 * or text or bytes that are taken as they are, well-formed or not.
 */
export type TokenPart = object | string | Uint8Array;

/** Signs with the compact serialization (RFC 7515 section 7.1). Header and payload are not checked. */
export function signToken(header: TokenPart, payload: TokenPart, key: SigningKey): string {
  const signingInput = `${segment(header)}.${segment(payload)}`;
  return `${signingInput}.${key.sign(Buffer.from(signingInput)).toString('base64url')}`;
}

/**
 * Flips one bit of the decoded signature. Exchanging a character of the text instead may touch only
 * the unused bits at its end, and the token would still verify with a lenient decoder.
 */
export function tamperWithSignature(token: string): string {
  const signatureAt = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(signatureAt), 'base64url');
  const last = signature.length - 1;
  signature.writeUInt8(signature.readUInt8(last) ^ 1, last);
  return token.slice(0, signatureAt) + signature.toString('base64url');
}

function segment(part: TokenPart): string {
  return bytesOf(part).toString('base64url');
}

function bytesOf(part: TokenPart): Buffer {
  if (isUint8Array(part)) return Buffer.from(part);
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part));
}
