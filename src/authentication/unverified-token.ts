import { isAscii, isUtf8 } from 'node:buffer';
import { Refusal } from '../refusals/refusal.js';

/** JSON members of a JOSE header or a claims set. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Step 3: a token taken apart, its header and claims trusted for nothing but look-up. */
export interface UnverifiedToken {
  /** The token's bytes, exactly as they came. */
  readonly token: string;
  readonly header: JsonObject;
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly type: string | null;
  readonly claims: JsonObject;
}

/**
 * Takes one compact JWS (RFC 7515 section 7.1) apart. Header and claims are parsed here once; the
 * last of duplicate members counts, as RFC 7519 section 4 allows, for look-up and judgement alike.
 *
 * @throws Refusal `token_malformed`.
 */
export function parseUnverifiedToken(token: string): UnverifiedToken {
  const [headerSegment, claimsSegment, signatureSegment] = segmentsOf(token);
  const header = parseObject(headerSegment, 'header');
  const { alg, kid, typ = null } = header;
  if (typeof alg !== 'string') throw malformed('the header has no "alg"');
  if (kid !== undefined && typeof kid !== 'string') throw malformed('"kid" is not a string');
  if (typ !== null && typeof typ !== 'string') throw malformed('"typ" is not a string');
  // RFC 7515 section 4.1.11, RFC 7797: what is critical and not understood makes the token invalid.
  if ('crit' in header || 'b64' in header) throw malformed('the header has a critical extension');
  decode(signatureSegment);
  const claims = parseObject(claimsSegment, 'claims set');
  return { token, header, algorithm: alg, keyId: kid, type: typ, claims };
}

/**
 * The three segments. The third, the signature, may be empty: that is an unsecured JWS, which fails on
 * its algorithm.
 */
function segmentsOf(token: string): readonly [header: string, claims: string, signature: string] {
  if (token.includes(' ')) throw malformed('more than one word where a token should be');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1))
    throw malformed(NOT_THREE_SEGMENTS[token.split('.', 6).length] ?? 'not three segments');
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

/** What a token that is no JWS most often is, by the number of its segments. */
const NOT_THREE_SEGMENTS: Readonly<Record<number, string>> = {
  1: 'an opaque token, not a JWT; did the client name an audience when it asked for it?',
  5: 'an encrypted token (JWE); did the client name an audience when it asked for it?',
};

/**
 * Strict base64url (RFC 4648 sections 3.5 and 5): what is decoded must encode to the very same text.
 * Then there is no other alphabet in it, no padding, no stray character and no unused bit that is set,
 * so that one token has one spelling.
 */
function decode(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment)
    throw malformed('a segment that is not canonical base64url');
  return bytes;
}

function parseObject(segment: string, name: string): JsonObject {
  const text = textOf(decode(segment));
  if (text === undefined) throw malformed(`the ${name} is not UTF-8`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, so it goes no further.
    throw malformed(`the ${name} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(`the ${name} is not a JSON object`);
  return value as JsonObject;
}

/** ASCII, which most tokens are, is read at half the cost of UTF-8. */
function textOf(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

function malformed(reason: string): Refusal {
  return new Refusal('token_malformed', reason);
}
