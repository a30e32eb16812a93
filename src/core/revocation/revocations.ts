import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { Identity } from '../identity/identity.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { Clock } from '../util/clock.js';
import { TOKENS } from '../util/di-tokens.js';
import { kindOf } from '../util/shown-value.js';
import type { RevocationList } from './revocation-list.js';
import type { RevocationMark } from './revocation-mark.js';
import type { RevocationStatus } from './revocation-status.js';

/** The maximum of `clockToleranceSeconds`: a token passes for that long after it has expired. */
const TOLERANCE_SECONDS = 300;
/** The year 5138; in milliseconds every time since 1973 is beyond it. */
const FAR_FUTURE_SECONDS = 1e11;

const NOT_CONFIGURED =
  'Nothing can be revoked: AuthModule has no revocation. Give it a store, like revocation: { store: new MemoryRevocationStore() }.';

/** One token, where there is no identity of it. */
export interface RevokedToken {
  /** The token's `iss`, or `identity.issuer`. */
  readonly issuer: string;
  /** The token's `jti` (RFC 7519 section 4.1.7). */
  readonly tokenId: string;
  /** When it expires, its `exp`, in seconds since the epoch. */
  readonly untilSeconds: number;
}

/**
 * Revokes tokens before they expire, in every process of the application. Inject it where users are logged
 * out, or accounts closed. It needs the option `revocation`.
 *
 * Each method counts in this process at once, also where the store can't be reached, and resolves when the
 * store has it. It rejects where that is not certain: call it again, which does no harm. Times are in seconds
 * since the epoch.
 *
 * Those that take a moment, `issuedBeforeSeconds`, revoke what was issued until then, by `iat`: not after it,
 * compared in whole seconds as most issuers write them; a token that does not say when it was issued is revoked
 * by every mark. The default is now: who logs in again in the same second is refused, and a second later is not.
 *
 * `issuer` is the `iss` of the tokens or `identity.issuer`, compared exactly; any name of an issuer that has
 * aliases means all of them, and that of a template all its tenants.
 */
@Injectable()
export class Revocations {
  /** @internal Made by Nest. */
  constructor(
    @Optional() @Inject(TOKENS.revocationList) private readonly marks: RevocationList | undefined,
    @Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig,
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  /**
   * Revokes one token.
   *
   * @param token the identity that came of it, or how it is named.
   * @throws TypeError, as a rejection, for an identity whose token has no `jti`, and can't be told from others:
   * use {@link revokeSubject}; and for what is no name or no time.
   */
  async revokeToken(token: Identity | RevokedToken): Promise<void> {
    const { issuer, tokenId } = token;
    if ('claims' in token && tokenId === undefined)
      throw new TypeError(
        'The token of this identity has no "jti", so it can’t be told from others. Revoke all tokens of its subject with revokeSubject({ issuer, subject }).',
      );
    const expiry = 'claims' in token ? token.expiresAt : token.untilSeconds;
    const untilSeconds = timeOf('untilSeconds', expiry) + TOLERANCE_SECONDS;
    await this.put({
      kind: 'token',
      issuer: nameOf('issuer', issuer),
      tokenId: nameOf('tokenId', tokenId),
      untilSeconds,
    });
  }

  /**
   * Revokes the tokens of one session at the issuer, by their claim `sid`. Tokens without it are not concerned.
   *
   * @throws TypeError, as a rejection, for what is no name or no time
   */
  async endSession(
    { issuer, sessionId }: { readonly issuer: string; readonly sessionId: string },
    issuedBeforeSeconds?: number,
  ): Promise<void> {
    const times = this.timesFor(issuer, issuedBeforeSeconds);
    await this.put({ kind: 'session', sessionId: nameOf('sessionId', sessionId), ...times });
  }

  /**
   * Revokes all tokens of one subject.
   *
   * @param subject `identity.subject`, or the `sub` of the token where `identity.subject` of the configuration
   * makes something else of it.
   * @throws TypeError, as a rejection, for what is no name or no time
   */
  async revokeSubject(
    { issuer, subject }: { readonly issuer: string; readonly subject: string },
    issuedBeforeSeconds?: number,
  ): Promise<void> {
    const times = this.timesFor(issuer, issuedBeforeSeconds);
    await this.put({ kind: 'subject', subject: nameOf('subject', subject), ...times });
  }

  /**
   * Revokes all tokens that were issued to one client, `identity.clientId`.
   *
   * @throws TypeError, as a rejection, for what is no name or no time
   */
  async revokeClient(
    { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
    issuedBeforeSeconds?: number,
  ): Promise<void> {
    const times = this.timesFor(issuer, issuedBeforeSeconds);
    await this.put({ kind: 'client', clientId: nameOf('clientId', clientId), ...times });
  }

  /**
   * Revokes all tokens of one issuer, as after a break-in. To trust it no longer, use `TrustedIssuers.remove`.
   *
   * @throws TypeError, as a rejection, for what is no name or no time
   */
  async revokeIssuer(
    { issuer }: { readonly issuer: string },
    issuedBeforeSeconds?: number,
  ): Promise<void> {
    await this.put({ kind: 'issuer', ...this.timesFor(issuer, issuedBeforeSeconds) });
  }

  /** How well this process knows what was revoked; `undefined` without the option `revocation`. */
  status(): RevocationStatus | undefined {
    return this.marks?.status();
  }

  private timesFor(
    issuer: unknown,
    issuedBefore: unknown = this.clock.now() / 1_000,
  ): { readonly issuer: string; issuedBeforeSeconds: number; untilSeconds: number } {
    const name = nameOf('issuer', issuer);
    const issuedBeforeSeconds = timeOf('issuedBeforeSeconds', issuedBefore);
    const untilSeconds = issuedBeforeSeconds + this.lifetimeSecondsOf(name) + TOLERANCE_SECONDS;
    return { issuer: name, issuedBeforeSeconds, untilSeconds };
  }

  /** How long a token of an issuer can be alive. */
  private lifetimeSecondsOf(issuer: string): number {
    const { maxTokenLifetimeSeconds = 0 } = this.config.revocation ?? {};
    const { maxTokenAgeSeconds = Infinity } = this.trustedIssuers.policyFor({ issuer }) ?? {};
    return Math.min(maxTokenLifetimeSeconds, maxTokenAgeSeconds);
  }

  private async put(mark: RevocationMark): Promise<void> {
    const { revocation } = this.config;
    if (this.marks === undefined || revocation === undefined) throw new Error(NOT_CONFIGURED);
    this.marks.add(mark);
    await revocation.store.put(mark);
  }
}

/** @throws TypeError for what names nothing. No value is repeated. */
function nameOf(member: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  const kind = value === '' ? 'an empty string' : kindOf(value);
  throw new TypeError(`${member} must be a string that is not empty; it is ${kind}`);
}

/** @throws TypeError for what is no time in seconds. */
function timeOf(member: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < FAR_FUTURE_SECONDS) return value;
  const isMilliseconds = typeof value === 'number' && value >= FAR_FUTURE_SECONDS;
  const found = isMilliseconds ? 'it is in milliseconds' : `it is ${kindOf(value)}`;
  throw new TypeError(`${member} must be a time in seconds since the epoch; ${found}`);
}
