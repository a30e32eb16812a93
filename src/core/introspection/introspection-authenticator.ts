import { hash } from 'node:crypto';
import type { ResolvedIntrospection } from '../../config/resolved-introspection.js';
import { identityOf } from '../identity/identity-mapper.js';
import type { Claims, Identity } from '../identity/identity.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { Attempt, AuthenticatedToken, RememberedToken } from '../jwt/authenticated-token.js';
import { acceptedBetween } from '../jwt/time-rules.js';
import { askedAnew, authenticatedBy } from '../jwt/verified-token-memory.js';
import type { VerificationKey } from '../keys/key-source.js';
import { slipOf } from '../refusals/malformed-token.js';
import { Refusal, refusalOfError, type Result } from '../refusals/refusal.js';
import { type Clock, elapsedMs } from '../util/clock.js';
import { memberPath } from '../util/shown-value.js';
import { BoundedAnswers } from './bounded-answers.js';
import { introspectedToken } from './introspected-token.js';
import { contradictions } from './introspection-answer.js';
import { INTROSPECTION_LIMITS } from './introspection-limits.js';
import { type IntrospectionSurroundings, Introspector } from './introspector.js';

/** What a JWT says itself, of which only the signature and the times were checked. */
export interface OwnWord {
  readonly claims: Claims;
  /** The key that verified it. */
  readonly key: VerificationKey;
}

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

/** A token about which its issuer is being asked now. */
interface UnderWay {
  readonly trusted: TrustedIssuer;
  readonly asking: Promise<Result<AuthenticatedToken>>;
}

/**
 * Authenticates tokens by asking their issuer (RFC 7662): one call per token at a time, and answers remembered
 * where that is configured. Tokens are known by their SHA-256 alone.
 */
export class IntrospectionAuthenticator {
  private readonly introspectors = new WeakMap<TrustedIssuer, Introspector>();
  private readonly active = new BoundedAnswers<RememberedAnswer>(
    INTROSPECTION_LIMITS.activeAnswers,
    INTROSPECTION_LIMITS.activeBytes,
  );
  private readonly inactive = new BoundedAnswers<Inactive>(INTROSPECTION_LIMITS.inactiveAnswers);
  private readonly underWay = new Map<string, UnderWay>();
  private readonly clock: Clock;

  constructor(
    private readonly trustedIssuers: TrustedIssuers,
    private readonly surroundings: IntrospectionSurroundings,
  ) {
    this.clock = surroundings.clock;
  }

  /** What asks this issuer; one for as long as its terms are the same. `undefined` where it is not asked. */
  introspectorOf(trusted: TrustedIssuer): Introspector | undefined {
    const { introspection } = trusted.policy;
    if (introspection === undefined) return undefined;
    let introspector = this.introspectors.get(trusted);
    if (introspector === undefined) {
      introspector = new Introspector(trusted, introspection, this.surroundings);
      this.introspectors.set(trusted, introspector);
    }
    return introspector;
  }

  /**
   * What the issuer said of these very bytes, while it may be remembered and the token has not expired.
   *
   * @throws Refusal when a function of the application fails.
   */
  recall(token: string): RememberedToken | undefined {
    return this.active.size === 0 ? undefined : this.recallBy(digestOf(token));
  }

  /**
   * @param own what the token says itself, where it is a JWT.
   * @throws Refusal `keys_unavailable`, as a rejection, when it can't be told.
   */
  async authenticate(
    token: string,
    trusted: TrustedIssuer,
    attempt: Attempt,
    own?: OwnWord,
  ): Promise<Result<AuthenticatedToken>> {
    const digest = digestOf(token);
    const known = this.underWay.get(digest);
    if (known?.trusted === trusted) {
      attempt.isShared = true;
      return askedAnew(await known.asking);
    }
    // Where a signature was checked first, another may have been answered meanwhile.
    const remembered = this.recallBy(digest);
    if (remembered?.trusted === trusted) {
      attempt.isShared = true;
      return askedAnew(authenticatedBy(remembered));
    }
    if (this.isKnownInactive(digest, trusted)) return inactive(token);
    const ours = { trusted, asking: this.ask(token, digest, trusted, own) };
    this.underWay.set(digest, ours);
    try {
      return await ours.asking;
    } finally {
      if (this.underWay.get(digest) === ours) this.underWay.delete(digest);
    }
  }

  private async ask(
    token: string,
    digest: string,
    trusted: TrustedIssuer,
    own: OwnWord | undefined,
  ): Promise<Result<AuthenticatedToken>> {
    const introspector = this.introspectorOf(trusted);
    if (introspector === undefined)
      throw new Refusal('keys_unavailable', 'introspection', 'the issuer is not asked any more');
    const askedAtMs = this.clock.now();
    const answer = await introspector.ask(token);
    if (!answer.active) {
      this.rememberInactive(digest, { trusted, askedAtMs });
      return inactive(token);
    }
    const { members } = answer;
    const differing = own === undefined ? [] : contradictions(own.claims, members);
    if (differing.length > 0) {
      introspector.report.contradicted(differing.map((name) => memberPath('', name)));
      throw new Refusal('keys_unavailable', 'introspection', 'token and answer differ');
    }
    const said = { ...own?.claims, ...members };
    const authenticated = introspectedToken(said, trusted, this.clock.now() / 1_000);
    if (!(authenticated instanceof Refusal))
      this.remember(digest, authenticated, { key: own?.key, askedAtMs });
    return authenticated;
  }

  private recallBy(digest: string): RememberedToken | undefined {
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

  private remember(
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

  private rememberInactive(digest: string, answer: Inactive): void {
    if (introspectionOf(answer.trusted).maxAgeSeconds > 0) this.inactive.put(digest, answer);
  }

  private isKnownInactive(digest: string, trusted: TrustedIssuer): boolean {
    const answer = this.inactive.find(digest);
    if (answer?.trusted !== trusted) return false;
    const { maxAgeSeconds } = introspectionOf(trusted);
    const seconds = Math.min(maxAgeSeconds, INTROSPECTION_LIMITS.inactiveSeconds);
    return elapsedMs(answer.askedAtMs, this.clock.now()) < seconds * 1_000;
  }
}

function inactive(token: string): Refusal {
  const slip = slipOf(token);
  const reason = 'its issuer says that the token is not active';
  return new Refusal('token_inactive', 'active', slip ? `${reason}: ${slip}` : reason);
}

/** Asked only of issuers that have it. */
function introspectionOf({ policy }: TrustedIssuer): Pick<ResolvedIntrospection, 'maxAgeSeconds'> {
  return policy.introspection ?? { maxAgeSeconds: 0 };
}

/** SHA-256, so that two tokens can't be made to collide, and no token is kept. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
