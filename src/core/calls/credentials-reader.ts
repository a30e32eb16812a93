import { Refusal } from '../refusals/refusal.js';
import { Inject, Injectable } from '@nestjs/common';
import { parse as parseCookies } from 'cookie';
import { requireSync } from '../util/maybe-async.js';
import { isNamedHeader, type TokenSource } from '../../config/token-source.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { TOKENS } from '../util/di-tokens.js';
import type { ChallengeDetails } from '../refusals/challenge.js';
import {
  type AuthorizationCredentials,
  isJoined,
  joined,
  readAuthorization,
  schemesIn,
} from './authorization-header.js';
import type { AuthenticationScheme, Credentials, CredentialsRequest } from './exchange.js';
import { queryIn } from './http-exchange.js';
import { missingToken } from './missing-token.js';
import { readNamedHeader } from './named-header.js';

type ReaderConfig = Pick<ResolvedAuthConfig, 'tokenSources' | 'maxTokenBytes' | 'dpop'>;

/** The one access token of a request. What it is worth is for later steps to say. */
@Injectable()
export class CredentialsReader {
  private readonly schemes: readonly AuthenticationScheme[];

  constructor(@Inject(TOKENS.resolvedConfig) private readonly config: ReaderConfig) {
    this.schemes = schemesIn(config);
  }

  /**
   * @returns the token and how it came, or `undefined` when the request has none.
   * @throws Refusal `invalid_request` when it has several, `token_malformed` when it cannot be one.
   */
  read(request: CredentialsRequest): Credentials | undefined {
    const one = new OneToken();
    let authorization: AuthorizationCredentials | undefined;
    for (const source of this.config.tokenSources) {
      if (source === 'header') {
        authorization = readAuthorization(request, this.schemes);
        this.refuseJoined(authorization?.token);
        one.add(authorization?.token);
        if (request.handed !== undefined) one.add(withoutScheme(request.handed));
      } else one.add(readFrom(source, request), isNamedHeader(source) && source.same === 'allowed');
    }
    const { token } = one;
    if (token === undefined) return undefined;
    if (token.length > this.config.maxTokenBytes)
      throw new Refusal('token_malformed', 'credentials', 'the token is longer than maxTokenBytes');
    const isInAuthorization = authorization !== undefined;
    return { token, scheme: authorization?.scheme ?? 'Bearer', isInAuthorization, request };
  }

  /** Under which scheme a request was tried: an error belongs into the challenge of that one (RFC 9449 section 7.2). */
  schemeOf({ headers }: CredentialsRequest): AuthenticationScheme {
    if (this.schemes.length === 1 || !this.config.tokenSources.includes('header')) return 'Bearer';
    // In a message it can be anything, also what has no text.
    const [first]: readonly unknown[] = [headers.authorization].flat();
    return typeof first === 'string' && /^dpop(?:\s|$)/i.test(first) ? 'DPoP' : 'Bearer';
  }

  /**
   * Why {@link read} found none.
   *
   * @param details what the challenge asks of a token.
   */
  missing(request: CredentialsRequest, details?: ChallengeDetails): Refusal {
    return missingToken(request, this.config.tokenSources, this.schemes, details);
  }

  /** A longer one is refused by its length alone. */
  private refuseJoined(found: string | undefined): void {
    if (found !== undefined && found.length <= this.config.maxTokenBytes && found.includes(','))
      throw joined(found);
  }
}

/** A field that holds only a token; clients send it with or without `Bearer`. */
function withoutScheme(handed: unknown): string | undefined {
  if (typeof handed === 'string' && isJoined(handed)) throw joined(handed);
  return single(typeof handed === 'string' ? handed.replace(/^bearer(?: +|$)/i, '') : handed);
}

function readFrom(
  source: Exclude<TokenSource, 'header'>,
  request: CredentialsRequest,
): string | undefined {
  if (typeof source === 'function')
    return single(requireSync(source(request), 'a function in tokenSources'));
  if ('header' in source) return readNamedHeader(source, request);
  if ('cookie' in source) {
    // Where the members of a message are used as headers, it can be anything.
    const cookie: unknown = request.headers.cookie;
    return typeof cookie === 'string' ? readCookie(cookie, source.cookie) : single(cookie);
  }
  return 'query' in source
    ? single(memberOf(request.query ?? queryIn(request.url), source.query))
    : single(memberOf(request.body, source.body));
}

/**
 * A name that occurs twice was set for several paths or domains, perhaps by another site on the parent
 * domain that wants to be read first. The header does not say who set which.
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

/** The token of a request that has one (RFC 6750 section 2). */
class OneToken {
  token: string | undefined;
  /** It was found where no other may have it. */
  private isSole = false;

  /**
   * @param mayBeSame another source may have the same token.
   * @throws Refusal `invalid_request` for a second one.
   */
  add(found: string | undefined, mayBeSame = false): void {
    if (found === undefined) return;
    const isSecond =
      this.token !== undefined && (found !== this.token || (this.isSole && !mayBeSame));
    if (isSecond) throw new Refusal('invalid_request', 'credentials', 'tokens in two places');
    this.token = found;
    this.isSole ||= !mayBeSame;
  }
}
