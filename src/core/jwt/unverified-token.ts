import { isUtf8 } from 'node:buffer';
import { Refusal, type Result } from '../refusals/refusal.js';
import {
  decodeBase64url,
  isFitForBase64url,
  SCRATCH_MARGIN_BYTES,
  withoutPadding,
} from '../jose/base64url.js';
import { slipOf, slipOfSegments } from '../refusals/malformed-token.js';

/** JSON members of a JOSE header or a claims set. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The header of a token, trusted only for look-up. */
export interface UnverifiedHeader {
  readonly header: JsonObject;
  /** What {@link header} was read from: the first segment of the token. */
  readonly segment: string;
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly type: string | null;
}

/** A parsed token, its header and claims trusted only for look-up. */
export interface UnverifiedToken extends UnverifiedHeader {
  /** The token, exactly as it was received. */
  readonly token: string;
  readonly claims: JsonObject;
  /** Its segments are padded, which few issuers may do. */
  readonly isPadded: boolean;
}

/** How a token is read. */
interface Reading {
  /** Some issuer pads its segments; a later step checks which one. */
  readonly mayBePadded?: boolean;
  /** A header that was read before: the same segment is not read again. */
  readonly known?: UnverifiedHeader | undefined;
}

/**
 * Parses one compact JWS (RFC 7515 section 7.1). Header and claims are parsed only here; the last of
 * duplicate members counts, as RFC 7519 section 4 allows, both for look-up and for validation.
 *
 * @param scratch made by {@link scratchFor} for at least `token.length` characters; overwritten.
 * @param reading how it is read, where that differs.
 * @returns the parts, or a refusal `token_malformed`.
 */
export function parseUnverifiedToken(
  token: string,
  scratch: Buffer = scratchFor(token.length),
  reading: Reading = {},
): Result<UnverifiedToken> {
  const parsed = parse(token, scratch, reading);
  if (typeof parsed !== 'string') return parsed;
  return new Refusal('token_malformed', 'form', slipOf(token) ?? parsed);
}

/** The claims of a token that {@link parseUnverifiedToken} accepted. */
export function reparseClaims(token: string): JsonObject {
  const segment = token.slice(token.indexOf('.') + 1, token.lastIndexOf('.'));
  return JSON.parse(Buffer.from(segment, 'base64url').toString()) as JsonObject;
}

/** The header of a token, with a segment of its own: a slice of the token would keep all of it alive. */
export function headerOf(parsed: UnverifiedHeader): UnverifiedHeader {
  const { header, algorithm, keyId, type } = parsed;
  const segment = Buffer.from(parsed.segment).toString();
  return { header, segment, algorithm, keyId, type };
}

/** Memory in which tokens of up to this many characters can be parsed, one after the other. */
export function scratchFor(characters: number): Buffer {
  return Buffer.allocUnsafe(characters + SCRATCH_MARGIN_BYTES);
}

/** The parts, or what is wrong with the token. */
type Parsed<Part> = Part | string;

/** What is wrong with a token whose segments are not spelled canonically. */
export const NOT_CANONICAL = 'a segment that is not canonical base64url';

/** The third segment, the signature, may be empty: that is an unsecured JWS, which fails on its algorithm. */
function parse(
  token: string,
  scratch: Buffer,
  { mayBePadded = false, known }: Reading,
): Parsed<UnverifiedToken> {
  if (token.includes(' ')) return 'more than one word where a token should be';
  const bare = mayBePadded && token.includes('=') ? unpadded(token) : token;
  if (bare === undefined) return NOT_CANONICAL;
  const first = bare.indexOf('.');
  const second = bare.indexOf('.', first + 1);
  // Without a first dot there is no second.
  if (second === -1 || bare.includes('.', second + 1)) return slipOfSegments(bare);
  if (!isFitForBase64url(bare, scratch)) return NOT_CANONICAL;
  const isKnown = known?.segment.length === first && bare.startsWith(known.segment);
  const head = isKnown ? known : parseHeader(bare.slice(0, first), scratch);
  if (typeof head === 'string') return head;
  if (decodeBase64url(bare.slice(second + 1), scratch) === undefined) return NOT_CANONICAL;
  const claims = parseObject(bare.slice(first + 1, second), 'claims set', scratch);
  if (typeof claims === 'string') return claims;
  const { header, segment, algorithm, keyId, type } = head;
  const isPadded = bare !== token;
  return { token, header, segment, algorithm, keyId, type, claims, isPadded };
}

function parseHeader(segment: string, scratch: Buffer): Parsed<UnverifiedHeader> {
  const header = parseObject(segment, 'header', scratch);
  if (typeof header === 'string') return header;
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string') return 'the header has no "alg"';
  if (kid !== undefined && typeof kid !== 'string') return '"kid" is not a string';
  if (typ !== undefined && typeof typ !== 'string') return '"typ" is not a string';
  // RFC 7515 section 4.1.11, RFC 7797: what is critical and not understood makes the token invalid.
  if ('crit' in header || 'b64' in header) return 'the header has a critical extension';
  return { header, segment, algorithm: alg, keyId: kid, type: typ ?? null };
}

/** A token is padded whole or not at all, so that padding gives it one more spelling and no others. */
function unpadded(token: string): string | undefined {
  const segments = token.split('.').map(withoutPadding);
  return segments.includes(undefined) ? undefined : segments.join('.');
}

function parseObject(segment: string, name: string, scratch: Buffer): Parsed<JsonObject> {
  const length = decodeBase64url(segment, scratch);
  if (length === undefined) return NOT_CANONICAL;
  const text = textOf(scratch, length);
  if (text === undefined) return `the ${name} is not UTF-8`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, so it goes no further.
    return `the ${name} is not JSON`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `the ${name} is not a JSON object`;
  return value as JsonObject;
}

/** ASCII, which most tokens are, is read at half the cost of UTF-8. */
function textOf(scratch: Buffer, length: number): string | undefined {
  const text = scratch.toString('latin1', 0, length);
  if (Buffer.byteLength(text) === length) return text;
  return isUtf8(scratch.subarray(0, length)) ? scratch.toString('utf8', 0, length) : undefined;
}
