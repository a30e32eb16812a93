import { Inject, Injectable } from '@nestjs/common';
import { parse as parseCookies } from 'cookie';
import { requireSync } from '../util/maybe-async.js';
import type { TokenSource } from '../../config/auth-module-config.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { TOKENS } from '../util/di-tokens.js';
import type { ChallengeDetails } from '../refusals/challenge.js';
import { Refusal } from '../refusals/refusal.js';
import { slipOfJson } from '../refusals/malformed-token.js';
import type { Credentials } from './credentials.js';
import type { CredentialsRequest } from './exchange.js';
import { queryIn } from './http-exchange.js';
import { missingToken } from './missing-token.js';

const SCHEME = 'bearer';
const SPACE = 0x20;
/** RFC 9110 section 5.6.2: characters of a scheme name. */
const TCHAR = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;

/** The one access token of a request. What it is worth is for later steps to say. */
@Injectable()
export class CredentialsReader {
  constructor(@Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig) {}

  /**
   * @returns the token and how it came, or `undefined` when the request has none.
   * @throws Refusal `invalid_request` when it has several, `token_malformed` when it cannot be one.
   */
  read(request: CredentialsRequest): Credentials | undefined {
    let token: string | undefined;
    let isInAuthorization = false;
    for (const source of this.config.tokenSources) {
      const found = readFrom(source, request);
      if (source === 'header') {
        this.refuseJoined(found);
        isInAuthorization = found !== undefined;
      }
      token = onlyOne(token, found);
      if (source === 'header' && request.handed !== undefined)
        token = onlyOne(token, withoutScheme(request.handed));
    }
    if (token !== undefined && token.length > this.config.maxTokenBytes)
      throw new Refusal('token_malformed', 'credentials', 'the token is longer than maxTokenBytes');
    return token === undefined
      ? undefined
      : { token, scheme: 'Bearer', isInAuthorization, request };
  }

  /**
   * Why {@link read} found none.
   *
   * @param details what the challenge asks of a token.
   */
  missing(request: CredentialsRequest, details?: ChallengeDetails): Refusal {
    return missingToken(request, this.config.tokenSources, details);
  }

  /** A longer one is refused by its length alone. */
  private refuseJoined(found: string | undefined): void {
    if (found !== undefined && found.length <= this.config.maxTokenBytes && found.includes(','))
      throw joined(found);
  }
}

function onlyOne(token: string | undefined, found: string | undefined): string | undefined {
  if (found === undefined) return token;
  if (token !== undefined)
    throw new Refusal('invalid_request', 'credentials', 'tokens in two places');
  return found;
}

/** A field that holds only a token; clients send it with or without `Bearer`. */
function withoutScheme(handed: unknown): string | undefined {
  if (typeof handed === 'string' && isJoined(handed)) throw joined(handed);
  return single(typeof handed === 'string' ? handed.replace(/^bearer(?: +|$)/i, '') : handed);
}

function readFrom(source: TokenSource, request: CredentialsRequest): string | undefined {
  if (source === 'header') return readHeader(request);
  if (typeof source === 'function')
    return single(requireSync(source(request), 'a function in tokenSources'));
  if ('cookie' in source) {
    // Where members of a message stand for headers it can be anything.
    const cookie: unknown = request.headers.cookie;
    return typeof cookie === 'string' ? readCookie(cookie, source.cookie) : single(cookie);
  }
  return 'query' in source
    ? single(memberOf(request.query ?? queryIn(request.url), source.query))
    : single(memberOf(request.body, source.body));
}

/**
 * A name that stands twice was set for several paths or domains, perhaps by a neighbour on the parent
 * domain who wants to go first; nothing in the header says whose is whose.
 */
function readCookie(header: string, name: string): string | undefined {
  const named = header.split(';').filter((pair) => cookieNameOf(pair) === name);
  if (named.length > 1)
    throw new Refusal('invalid_request', 'credentials', 'the token’s cookie came twice');
  return single(parseCookies(named[0] ?? '')[name]);
}

function cookieNameOf(pair: string): string | undefined {
  const end = pair.indexOf('=');
  return end === -1 ? undefined : pair.slice(0, end).trim();
}

/** `Authorization: Bearer token68` (RFC 6750 section 2.1). Looks at each character once at most. */
export function readHeader(request: CredentialsRequest): string | undefined {
  const value = request.headers.authorization;
  if (value === undefined) return undefined;
  if (Array.isArray(value) || isRepeated(request, 'authorization'))
    throw new Refusal('invalid_request', 'credentials', 'more than one Authorization header');
  if (typeof value !== 'string')
    throw new Refusal(
      'token_malformed',
      'credentials',
      'the authorization of the message is not a string',
    );
  if (!beginsWith(value, SCHEME)) return nothingIn(value);

  let start = SCHEME.length;
  while (value.charCodeAt(start) === SPACE) start++;
  if (start === value.length) return undefined;
  if (start > SCHEME.length) return value.slice(start);
  if (TCHAR.test(value.charAt(start))) return nothingIn(value); // another scheme that begins alike
  if (value.charAt(start) === ',') throw joined(value);
  throw new Refusal('token_malformed', 'credentials', 'no space after the scheme');
}

/** @throws Refusal when another scheme is followed by a bearer token. */
function nothingIn(value: string): undefined {
  if (isJoined(value)) throw joined(value);
  return undefined;
}

/**
 * Whether a proxy or an adapter joined several credentials to one value (RFC 9110 section 5.3): a token
 * has no comma (RFC 6750 section 2.1), while parameters of another scheme are listed with commas.
 */
function isJoined(value: string): boolean {
  if (!value.includes(',')) return false;
  if (beginsWith(value, SCHEME) && !TCHAR.test(value.charAt(SCHEME.length))) return true;
  const unquoted = value.split('"').filter((_part, index) => index % 2 === 0);
  return /,[ \t]*bearer(?:[ \t,]|$)/i.test(unquoted.join('""'));
}

/** JSON has commas, too. */
function joined(value: string): Refusal {
  const reason =
    slipOfJson(value.replace(/^bearer /i, '')) ?? 'several credentials in one Authorization header';
  return new Refusal('invalid_request', 'credentials', reason);
}

/** Node keeps the first of several Authorization lines and says nothing; the raw list has them all. */
function isRepeated(request: CredentialsRequest, name: string): boolean {
  const lines = request.rawHeaders ?? request.raw?.rawHeaders ?? [];
  let count = 0;
  for (let index = 0; index < lines.length; index += 2)
    if (lines[index]?.length === name.length && beginsWith(lines[index] ?? '', name)) count++;
  return count > 1;
}

/**
 * Whether a text begins with these ASCII letters, in either case. Every request is asked this twice, and
 * `toLowerCase` takes longer than to find its token.
 *
 * @param letters in lower case.
 */
function beginsWith(text: string, letters: string): boolean {
  for (let index = 0; index < letters.length; index++)
    // The bit by which ASCII tells small letters from great ones; for a letter, no other two are alike.
    if ((text.charCodeAt(index) | 0x20) !== letters.charCodeAt(index)) return false;
  return true;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function single(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    throw new Refusal('invalid_request', 'credentials', 'one token parameter given twice');
  throw new Refusal('token_malformed', 'credentials', 'the token parameter is not a string');
}
