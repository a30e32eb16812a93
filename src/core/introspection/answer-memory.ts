import type { ResolvedIntrospection } from '../../config/resolved-issuer.js';
import { identityOf } from '../identity/identity-mapper.js';
import type { Identity } from '../identity/identity.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { AuthenticatedToken, RememberedToken } from '../jwt/authenticated-token.js';
import { acceptedBetween } from '../jwt/time-rules.js';
import type { VerificationKey } from '../keys/key-source.js';
import { refusalOfError } from '../refusals/refusal.js';
import { type Clock, elapsedMs } from '../util/clock.js';
import { BoundedAnswers } from './bounded-answers.js';
import { INTROSPECTION_LIMITS } from './introspection-limits.js';

/** A token whose issuer said that it is good, and when. */
class RememberedAnswer implements RememberedToken {
  private made: Identity | undefined;

  constructor(
    private readonly authenticated: AuthenticatedToken,
    readonly key: VerificationKey | undefined,
    readonly askedAtMs: number,
    readonly span: { readonly fromSeconds: number; readonly untilSeconds: number },
  ) {}

  get trusted(): TrustedIssuer {
    return this.authenticated.trusted;
  }

  /** Made when the token is first seen again. */
  get identity(): Identity {
    return (this.made ??= identityOf(this.authenticated));
  }
}

/** A token whose issuer said that it is not good, and when. */
interface Inactive {
  readonly trusted: TrustedIssuer;
  readonly askedAtMs: number;
}

/** Remembers what issuers said of tokens, where that is configured, by the SHA-256 of the token. */
export class AnswerMemory {
  private readonly active = new BoundedAnswers<RememberedAnswer>(
    INTROSPECTION_LIMITS.activeAnswers,
    INTROSPECTION_LIMITS.activeBytes,
  );
  private readonly inactive = new BoundedAnswers<Inactive>(INTROSPECTION_LIMITS.inactiveAnswers);

  constructor(
    private readonly trustedIssuers: TrustedIssuers,
    private readonly clock: Clock,
  ) {}

  /** Whether no token is known to be active. */
  get isEmpty(): boolean {
    return this.active.size === 0;
  }

  /**
   * A token that is active, while the answer may be remembered and the token has not expired.
   *
   * @throws Refusal when a function of the application fails.
   */
  recall(digest: string): RememberedToken | undefined {
    const answer = this.active.find(digest);
    if (answer === undefined) return undefined;
    const { trusted, key, span, askedAtMs } = answer;
    const nowMs = this.clock.now();
    const nowSeconds = nowMs / 1_000;
    const { maxAgeSeconds } = introspectionOf(trusted);
    const holds =
      elapsedMs(askedAtMs, nowMs) < maxAgeSeconds * 1_000 &&
      nowSeconds >= span.fromSeconds &&
      nowSeconds < span.untilSeconds &&
      this.trustedIssuers.isTrusted(trusted, trusted.policy.issuer) &&
      (key === undefined || trusted.keys.isCurrent(key, nowMs));
    if (!holds) {
      this.active.remove(digest);
      return undefined;
    }
    try {
      void answer.identity;
    } catch (error) {
      throw refusalOfError(error).of({ issuer: trusted.policy.issuer, durationMs: undefined });
    }
    return answer;
  }

  isKnownInactive(digest: string, trusted: TrustedIssuer): boolean {
    const answer = this.inactive.find(digest);
    if (answer?.trusted !== trusted) return false;
    const { maxAgeSeconds } = introspectionOf(trusted);
    const seconds = Math.min(maxAgeSeconds, INTROSPECTION_LIMITS.inactiveSeconds);
    return elapsedMs(answer.askedAtMs, this.clock.now()) < seconds * 1_000;
  }

  remember(
    digest: string,
    authenticated: AuthenticatedToken,
    { key, askedAtMs }: Pick<RememberedAnswer, 'key' | 'askedAtMs'>,
  ): void {
    const { trusted, claims } = authenticated;
    if (introspectionOf(trusted).maxAgeSeconds === 0) return;
    const { fromSeconds, untilSeconds } = acceptedBetween(claims, trusted.policy);
    // RFC 7662 section 4: not past "exp", whatever the clocks may differ.
    const span = { fromSeconds, untilSeconds: Math.min(untilSeconds, claims.exp) };
    const answer = new RememberedAnswer(authenticated, key, askedAtMs, span);
    this.active.put(digest, answer, JSON.stringify(claims).length);
  }

  rememberInactive(digest: string, answer: Inactive): void {
    if (introspectionOf(answer.trusted).maxAgeSeconds > 0) this.inactive.put(digest, answer);
  }
}

/** Asked only of issuers that have it. */
function introspectionOf({ policy }: TrustedIssuer): Pick<ResolvedIntrospection, 'maxAgeSeconds'> {
  return policy.introspection ?? { maxAgeSeconds: 0 };
}
