import { hash, randomUUID } from 'node:crypto';
import { kindOf } from '../core/util/shown-value.js';
import {
  checkOptions,
  FUNCTION,
  MEMBERS,
  type OptionRules,
  TEXT,
  THUMBPRINTED,
} from './checked-options.js';
import type { DpopKey } from './dpop-key.js';

/** The request that a proof is made for. */
export interface DpopProofOptions {
  /** `htu`: the whole address as clients write it; query and fragment are left out. Mandatory. */
  readonly url: string;

  /** `htm`. Default `GET`. */
  readonly method?: string;

  /** The access token that goes with it, for `ath`. Absent: the proof has none, and no API accepts it. */
  readonly token?: string;

  /** `nonce`, as an answer had it in `DPoP-Nonce`. Absent: none. */
  readonly nonce?: string;

  /** The present in milliseconds since 1970, for `iat`. Default `Date.now()`. */
  readonly now?: () => number;

  /** Further or other claims; one given as `undefined` is left out of the proof. Absent: none. */
  readonly claims?: Readonly<Record<string, unknown>>;

  /** Further or other header members; one given as `undefined` is left out. Absent: none. */
  readonly header?: Readonly<Record<string, unknown>>;
}

const RULES: OptionRules<DpopProofOptions> = {
  url: TEXT,
  method: TEXT,
  token: TEXT,
  nonce: TEXT,
  now: FUNCTION,
  claims: MEMBERS,
  header: MEMBERS,
};

/**
 * A proof for one request (RFC 9449 section 4.2), the value of its header `DPoP`. Each request needs one of
 * its own.
 *
 * @param key - That of {@link createDpopKey}, to which the token is bound.
 * @throws TypeError for an unknown option, for one of a wrong type, and where the key is none.
 */
export function proofFor(key: DpopKey, options: DpopProofOptions): string {
  if (!THUMBPRINTED.allows(key))
    throw new TypeError(`a proof needs the key of createDpopKey(), not ${kindOf(key)}`);
  const advice = ' Other claims belong in claims, members of the header in header.';
  checkOptions('a proof', options, RULES, advice);
  const { url, method = 'GET', token, nonce, now = Date.now, claims, header } = options;
  if (url === undefined) throw new TypeError('a proof needs url, the address of its request');
  return key.sign(
    { typ: 'dpop+jwt', alg: key.algorithm, jwk: key.publicJwk, ...header },
    {
      jti: randomUUID(),
      htm: method,
      htu: url.replace(/[?#].*$/s, ''),
      iat: Math.floor(now() / 1_000),
      ath: token === undefined ? undefined : hash('sha256', token, 'base64url'),
      nonce,
      ...claims,
    },
  );
}
