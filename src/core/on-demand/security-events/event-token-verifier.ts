import { issuerNameOf } from '../../../config/tenant-template.js';
import type { Claims } from '../../identity/identity.js';
import type { TrustedIssuer } from '../../issuers/trusted-issuer.js';
import { canonicalTokenType } from '../../jose/token-type.js';
import { selectKeys } from '../../jwt/select-keys.js';
import { parseUnverifiedToken, type UnverifiedToken } from '../../jwt/unverified-token.js';
import type { VerificationKey } from '../../keys/key-source.js';
import { Refusal, type Result } from '../../refusals/refusal.js';
import type { Clock } from '../../util/clock.js';
import type { MaybeAsync } from '../../util/maybe-async.js';
import { isFilled } from './event-claims.js';
import { RejectedEvent, TooManyUnverified, UNKNOWN_SENDER } from './rejected-event.js';
import { UnverifiedLimit } from './unverified-limit.js';
import { UsedTokenIds } from './used-token-ids.js';

/** What distinguishes one kind of token that reports events from another. */
export interface EventTokenKind {
  /** Its `typ`. */
  readonly type: string;
  /** The issuer whose keys verify a token of this `iss`; `undefined` where none of this name may send. */
  senderOf(iss: unknown): MaybeAsync<TrustedIssuer | undefined>;
}

/** A token that its issuer has signed. What it claims is still to be validated. */
export interface VerifiedEventToken {
  readonly claims: Claims;
  readonly sender: TrustedIssuer;
  /** The name by which the application knows the issuer; for a template the tenant's. */
  readonly issuer: string;
  /** Whether a token with its `jti` was received before. */
  readonly isRepeated: boolean;
  /** Lets the token be sent again, because what it asks for could not be done. */
  forget(): void;
}

/** Checks the signature with as many keys of the issuer as it takes. */
export interface KeyTrial {
  verifySignature(
    token: UnverifiedToken,
    trusted: TrustedIssuer,
    keys: readonly VerificationKey[],
  ): MaybeAsync<Result<VerificationKey>>;
}

/** Verifies tokens that report events: logout tokens and security event tokens (RFC 8417). */
export class EventTokenVerifier {
  private readonly limit: UnverifiedLimit;
  private readonly used = new UsedTokenIds();

  constructor(
    private readonly kind: EventTokenKind,
    private readonly trial: KeyTrial,
    private readonly clock: Clock,
    private readonly maxBytes: number,
  ) {
    this.limit = new UnverifiedLimit(clock);
  }

  /** @throws Refusal `keys_unavailable`, as a rejection. */
  async verify(text: string): Promise<VerifiedEventToken | RejectedEvent | TooManyUnverified> {
    const token = this.parse(text);
    if (token instanceof RejectedEvent) return token;
    const sender = await this.kind.senderOf(token.claims['iss']);
    if (!sender) return UNKNOWN_SENDER;
    if (!sender.policy.algorithms.has(token.algorithm))
      return new RejectedEvent('key', '"alg" is not one of the algorithms of this issuer');

    if (this.limit.isReached(sender)) return new TooManyUnverified();
    const keys = await selectKeys(token, sender, this.clock.now() / 1_000);
    const leave = await this.limit.enter(sender);
    if (leave === undefined) return new TooManyUnverified();
    let isNew = false;
    try {
      const key =
        keys instanceof Refusal ? keys : await this.trial.verifySignature(token, sender, keys);
      if (key instanceof Refusal)
        return new RejectedEvent('key', 'no key of this issuer verifies the signature');
      const verified = this.identified(token, sender);
      isNew = !(verified instanceof RejectedEvent) && !verified.isRepeated;
      return verified;
    } finally {
      // A repeated token counts: anyone who intercepted it can send it again and again.
      leave(isNew);
    }
  }

  private parse(text: string): UnverifiedToken | RejectedEvent {
    if (text.length > this.maxBytes) return new RejectedEvent('form', 'the token is too long');
    const token = parseUnverifiedToken(text);
    if (token instanceof Refusal) return new RejectedEvent('form', 'the token is no signed JWT');
    // RFC 8725 section 3.11: an issuer signs all its tokens with the same keys.
    if (canonicalTokenType(token.type) !== this.kind.type)
      return new RejectedEvent('form', `"typ" is not ${this.kind.type}`);
    return token;
  }

  private identified(
    { claims }: UnverifiedToken,
    sender: TrustedIssuer,
  ): VerifiedEventToken | RejectedEvent {
    const issuer = issuerNameOf(sender.policy, claims['iss']);
    const { jti } = claims;
    if (!isFilled(jti)) return new RejectedEvent('claims', '"jti" is missing');
    const isRepeated = this.used.has(issuer, jti);
    this.used.add(issuer, jti);
    const forget = (): void => this.used.delete(issuer, jti);
    return { claims, sender, issuer, isRepeated, forget };
  }
}
