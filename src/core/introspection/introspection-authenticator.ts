import { hash } from 'node:crypto';
import type { Claims } from '../identity/identity.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { Attempt, AuthenticatedToken, RememberedToken } from '../jwt/authenticated-token.js';
import { askedAnew, authenticatedBy } from '../jwt/verified-token-memory.js';
import type { VerificationKey } from '../keys/key-source.js';
import { slipOf } from '../refusals/malformed-token.js';
import { Refusal, type Result } from '../refusals/refusal.js';
import type { Clock } from '../util/clock.js';
import { memberPath } from '../util/shown-value.js';
import { AnswerMemory } from './answer-memory.js';
import { introspectedToken } from './introspected-token.js';
import { contradictions } from './introspection-answer.js';
import { type IntrospectionSurroundings, Introspector } from './introspector.js';

/** What a JWT says itself, of which only the signature and the times were checked. */
export interface OwnWord {
  readonly claims: Claims;
  /** The key that verified it. */
  readonly key: VerificationKey;
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
  private readonly memory: AnswerMemory;
  private readonly underWay = new Map<string, UnderWay>();
  private readonly clock: Clock;

  constructor(
    trustedIssuers: TrustedIssuers,
    private readonly surroundings: IntrospectionSurroundings,
  ) {
    this.clock = surroundings.clock;
    this.memory = new AnswerMemory(trustedIssuers, surroundings.clock);
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
   * What the issuer said of these bytes, while it may be remembered and the token has not expired.
   *
   * @throws Refusal when a function of the application fails.
   */
  recall(token: string): RememberedToken | undefined {
    return this.memory.isEmpty ? undefined : this.memory.recall(digestOf(token));
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
    const remembered = this.memory.recall(digest);
    if (remembered?.trusted === trusted) {
      attempt.isShared = true;
      return askedAnew(authenticatedBy(remembered));
    }
    if (this.memory.isKnownInactive(digest, trusted)) return inactive(token);
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
      throw new Refusal('keys_unavailable', 'introspection', 'the issuer is no longer asked');
    const askedAtMs = this.clock.now();
    const answer = await introspector.ask(token);
    if (!answer.active) {
      this.memory.rememberInactive(digest, { trusted, askedAtMs });
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
      this.memory.remember(digest, authenticated, { key: own?.key, askedAtMs });
    return authenticated;
  }
}

function inactive(token: string): Refusal {
  const slip = slipOf(token);
  const reason = 'its issuer says that the token is not active';
  return new Refusal('token_inactive', 'active', slip ? `${reason}: ${slip}` : reason);
}

/** SHA-256, so that two tokens can't be made to collide, and no token is kept. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
