import { isUtf8 } from 'node:buffer';
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

const DOT = 0x2e;
/** Value of each base64url character (RFC 4648 section 5); 255 for all others. */
const BASE64URL = new Uint8Array(128).fill(255);
'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  .split('')
  .forEach((character, value) => (BASE64URL[character.charCodeAt(0)] = value));

/**
 * Takes one compact JWS (RFC 7515 section 7.1) apart. Header and claims are parsed here once; the
 * last of duplicate members counts, as RFC 7519 section 4 allows, for look-up and judgement alike.
 *
 * @throws Refusal `token_malformed`.
 */
export function parseUnverifiedToken(token: string): UnverifiedToken {
  const [headerEnd, claimsEnd] = segmentEnds(token);
  const header = parseObject(token.slice(0, headerEnd), 'header');
  const { alg, kid, typ = null } = header;
  if (typeof alg !== 'string') throw malformed('the header has no "alg"');
  if (kid !== undefined && typeof kid !== 'string') throw malformed('"kid" is not a string');
  if (typ !== null && typeof typ !== 'string') throw malformed('"typ" is not a string');
  // RFC 7515 section 4.1.11, RFC 7797: what is critical and not understood makes the token invalid.
  if ('crit' in header || 'b64' in header) throw malformed('the header has a critical extension');
  const claims = parseObject(token.slice(headerEnd + 1, claimsEnd), 'claims set');
  return { token, header, algorithm: alg, keyId: kid, type: typ, claims };
}

/**
 * Where the first two of three strictly encoded segments end. The third, the signature, may be
 * empty: that is an unsecured JWS, which fails on its algorithm.
 */
function segmentEnds(token: string): readonly [headerEnd: number, claimsEnd: number] {
  const ends: number[] = [];
  for (let index = 0; index < token.length; index++) {
    const code = token.charCodeAt(index);
    if (code === DOT) ends.push(index);
    else if (!(code < 128) || BASE64URL[code] === 255)
      throw malformed('a character that is neither base64url nor a dot');
  }
  const [headerEnd, claimsEnd] = ends;
  if (ends.length !== 2 || headerEnd === undefined || claimsEnd === undefined)
    throw malformed(NOT_THREE_SEGMENTS[ends.length] ?? 'not three segments');
  requireCanonical(token, 0, headerEnd);
  requireCanonical(token, headerEnd + 1, claimsEnd);
  requireCanonical(token, claimsEnd + 1, token.length);
  return [headerEnd, claimsEnd];
}

/** What a token that is no JWS most often is, by its dots. */
const NOT_THREE_SEGMENTS: Readonly<Record<number, string>> = {
  0: 'an opaque token, not a JWT; did the client name an audience when it asked for it?',
  4: 'an encrypted token (JWE); did the client name an audience when it asked for it?',
};

/** RFC 4648 section 3.5: unused bits are zero, so that one token has one spelling. */
function requireCanonical(token: string, start: number, end: number): void {
  const rest = (end - start) % 4;
  if (rest === 0) return;
  const last = BASE64URL[token.charCodeAt(end - 1)] ?? 255;
  const unusedBits = rest === 2 ? 0b1111 : 0b0011;
  if (rest === 1 || (last & unusedBits) !== 0)
    throw malformed('a segment that is not canonical base64url');
}

function parseObject(segment: string, name: string): JsonObject {
  const bytes = Buffer.from(segment, 'base64url');
  if (!isUtf8(bytes)) throw malformed(`the ${name} is not UTF-8`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's message quotes the text, so it goes no further.
    throw malformed(`the ${name} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(`the ${name} is not a JSON object`);
  return value as JsonObject;
}

function malformed(reason: string): Refusal {
  return new Refusal('token_malformed', reason);
}
