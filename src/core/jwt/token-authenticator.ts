import { Inject, Injectable } from '@nestjs/common';
import { andThen } from '../util/maybe-async.js';
import type { Clock } from '../util/clock.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { TOKENS } from '../util/di-tokens.js';
import type { Identity } from '../identity/identity.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { type Judging, Refusal, type Verdict } from '../refusals/refusal.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { candidateKeys } from './select-keys.js';
import { checkRequiredClaims } from './validate-claims.js';
import { checkRevocation } from '../revocation/revocation-check.js';
import { SignatureTrials } from './signature-trials.js';
import { told } from './told.js';
import { parseUnverifiedToken, scratchFor, type UnverifiedToken } from './unverified-token.js';
import { type RememberedToken, VerifiedTokenMemory } from './verified-token-memory.js';

/** A token together with the trusted issuer it names and the keys that may have signed it. */
export interface Selection {
  readonly unverified: UnverifiedToken;
  readonly trusted: TrustedIssuer;
  /** At least one. */
  readonly keys: readonly VerificationKey[];
  /** When judging began, by `performance.now()`. */
  readonly startedAt: number;
}

/** Steps 2 to 8: from the bytes of a token to an identity, whichever way the token came. */
@Injectable()
export class TokenAuthenticator {
  private readonly trials: SignatureTrials;
  private readonly memory: VerifiedTokenMemory | undefined;
  /** Where segments are decoded: a buffer for each would be left to the garbage collector. */
  private readonly scratch: Buffer;

  constructor(
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.events) private readonly events: AuthEvents,
  ) {
    const { verifiedTokenCache, maxTokenBytes } = config;
    this.trials = new SignatureTrials(clock);
    this.scratch = scratchFor(maxTokenBytes);
    this.memory = verifiedTokenCache
      ? new VerifiedTokenMemory(verifiedTokenCache, trustedIssuers, clock)
      : undefined;
  }

  /** Step 2. {@link readmit} is the rest of it. */
  recall(token: string): RememberedToken | undefined {
    return this.memory?.recall(token);
  }

  /**
   * The rest of step 2: what the application decides anew on every request.
   *
   * @throws Refusal, at once or as a rejection, when the application can't tell.
   */
  readmit({ identity, verification }: RememberedToken): Judging<Identity> {
    const { issuer, requiredClaims } = verification.trusted.rules;
    // Most applications decide nothing anew, and a request with a remembered token does little else.
    if (requiredClaims.length === 0 && this.config.isRevoked === undefined)
      return this.admitted(identity, issuer, undefined);
    return told(issuer, undefined, () => {
      const refusal = checkRequiredClaims(identity.claims, requiredClaims);
      return refusal ?? this.admit(identity, issuer);
    });
  }

  /**
   * Steps 3 to 5: the issuer and keys a token is to be held against. Most bad tokens end here, before
   * any signature is checked; a token whose keys are at hand waits for nothing.
   *
   * @throws Refusal `keys_unavailable`, at once or as a rejection.
   */
  select(token: string): Judging<Selection> {
    const startedAt = performance.now();
    const unverified = parseUnverifiedToken(token, this.scratch);
    if (unverified instanceof Refusal) return unverified;
    const trusted = this.trustedIssuers.find(unverified.claims['iss']);
    return andThen(trusted, (found) => this.selectKeys(unverified, found, startedAt));
  }

  /**
   * Steps 6 to 8, and the application's word on revocation.
   *
   * @throws Refusal of {@link checkRevocation}, at once or as a rejection.
   */
  verify(selection: Selection): Judging<Identity> {
    // Fields of one query and requests of one page come at once: the first of them did the work.
    const known = this.recall(selection.unverified.token);
    if (known) return this.readmit(known);
    const { unverified, trusted, startedAt } = selection;
    const { issuer } = trusted.rules;
    return told(issuer, startedAt, () =>
      andThen(this.trials.judge(selection), (judgement) => {
        if (judgement instanceof Refusal) return judgement;
        const { identity, key } = judgement;
        this.memory?.remember(unverified.token, identity.claims, { trusted, key });
        return this.admit(identity, issuer, startedAt);
      }),
    );
  }

  /**
   * Lets the application say whether the token was revoked, and tells observers when it was not.
   *
   * @param startedAt absent for a token that was verified before.
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when the application can't tell.
   */
  private admit(identity: Identity, issuer: string, startedAt?: number): Judging<Identity> {
    return andThen<Verdict<undefined>, Verdict<Identity>>(
      checkRevocation(identity, this.config.isRevoked),
      (refusal) => refusal ?? this.admitted(identity, issuer, startedAt),
    );
  }

  private admitted(identity: Identity, issuer: string, startedAt: number | undefined): Identity {
    if (startedAt === undefined) {
      this.events.publish('authenticated', { issuer, remembered: true });
    } else {
      const durationMs = performance.now() - startedAt;
      this.events.publish('authenticated', { issuer, remembered: false, durationMs });
    }
    return identity;
  }

  private selectKeys(
    unverified: UnverifiedToken,
    trusted: TrustedIssuer | undefined,
    startedAt: number,
  ): Judging<Selection> {
    if (!trusted) return new Refusal('issuer_untrusted', '"iss" is not a trusted issuer');
    return told(trusted.rules.issuer, startedAt, () =>
      andThen(candidateKeys(unverified, trusted, this.clock.now() / 1_000), (keys) =>
        keys instanceof Refusal ? keys : { unverified, trusted, keys, startedAt },
      ),
    );
  }
}
