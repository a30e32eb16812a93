import { Inject, Injectable } from '@nestjs/common';
import { KEY_LIMITS } from '../keys/key-limits.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { deepFreeze } from '../identity/identity.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { VerificationKey } from '../keys/key-source.js';
import { nextStep, Refusal, type Result } from '../refusals/refusal.js';
import type { Clock } from '../util/clock.js';
import { TOKENS } from '../util/di-tokens.js';
import { type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import type {
  Attempt,
  AuthenticatedToken,
  RememberedToken,
  TokenAuthenticator,
} from './authenticated-token.js';
import { KnownHeaders } from './known-headers.js';
import { selectFurtherKeys, selectKeys } from './select-keys.js';
import type { SignatureVerifier } from './signature-verifier.js';
import { parseUnverifiedToken, scratchFor, type UnverifiedToken } from './unverified-token.js';
import { markOf, unverifiedReason } from './unverified-reason.js';
import { validateHeader } from './validate-header.js';
import { validateToken } from './validate-claims.js';
import { VerifiedTokenMemory } from './verified-token-memory.js';

/** No limit turns a good token into a bad one: what was not tried may have made the signature. */
const TOO_MANY_KEYS = `the first ${KEY_LIMITS.keysPerToken} keys that fit do not verify the token, and more fit: give each key a "kid" and name it in the token`;

/** Authenticates access tokens that are JWTs, by their signature. */
@Injectable()
export class JwtAuthenticator implements TokenAuthenticator {
  private readonly memory: VerifiedTokenMemory | undefined;
  private readonly headers = new KnownHeaders();
  /** Where segments are decoded: a buffer for each would be left to the garbage collector. */
  private readonly scratch: Buffer;

  constructor(
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.signatureVerifier) private readonly signatures: SignatureVerifier,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.resolvedConfig) { verifiedTokenCache, maxTokenBytes }: ResolvedAuthConfig,
  ) {
    this.scratch = scratchFor(maxTokenBytes);
    this.memory = verifiedTokenCache
      ? new VerifiedTokenMemory(verifiedTokenCache, trustedIssuers, clock)
      : undefined;
  }

  recall(token: string): RememberedToken | undefined {
    return this.memory?.recall(token);
  }

  authenticate(text: string, attempt: Attempt): MaybeAsync<Result<AuthenticatedToken>> {
    const token = parseUnverifiedToken(text, this.scratch, {
      mayBePadded: this.trustedIssuers.somePad,
      known: this.headers.find(text),
    });
    if (token instanceof Refusal) return token;
    return nextStep(this.findIssuer(token), (trusted) => {
      attempt.issuer = trusted.policy.issuer;
      const refusal = validateHeader(token, trusted);
      if (refusal) return refusal;
      return nextStep(selectKeys(token, trusted, this.nowSeconds()), (keys) =>
        this.verifyOnce(token, { trusted, keys }, attempt),
      );
    });
  }

  private findIssuer(token: UnverifiedToken): MaybeAsync<Result<TrustedIssuer>> {
    const { iss } = token.claims;
    return whenKnown(
      this.trustedIssuers.find(iss),
      (trusted) => trusted ?? this.trustedIssuers.refuse(iss, markOf(token)),
    );
  }

  /** From the signature on. */
  protected verifyOnce(
    token: UnverifiedToken,
    by: IssuerAndKeys,
    attempt: Attempt,
  ): MaybeAsync<Result<AuthenticatedToken>> {
    if (!this.memory) return this.verify(token, by);
    attempt.isShared = true;
    return this.memory.once(token.token, by.trusted, () => {
      attempt.isShared = false;
      return this.verify(token, by);
    });
  }

  private verify(
    token: UnverifiedToken,
    { trusted, keys }: IssuerAndKeys,
  ): MaybeAsync<Result<AuthenticatedToken>> {
    return nextStep(this.verifySignature(token, trusted, keys), (key) => {
      this.headers.remember(token);
      const authenticated = validateToken(deepFreeze(token.claims), trusted, this.nowSeconds());
      if (!(authenticated instanceof Refusal))
        this.memory?.remember(token.token, authenticated.claims, { trusted, key });
      return authenticated;
    });
  }

  /**
   * Finds the key that verifies a token, with as many keys as it takes: a signature is bad when none is left
   * that could have made it.
   *
   * @param tried keys that do not verify it.
   * @throws Refusal `keys_unavailable` (or a promise rejected with it): the key can't be fetched, or was not tried.
   */
  verifySignature(
    token: UnverifiedToken,
    trusted: TrustedIssuer,
    keys: readonly VerificationKey[],
    tried: readonly VerificationKey[] = [],
  ): MaybeAsync<Result<VerificationKey>> {
    if (keys.length === 0)
      return new Refusal('signature_invalid', 'signature', unverifiedReason(token));
    const likeliest = keys.slice(0, KEY_LIMITS.keysPerToken - tried.length);
    return whenKnown(this.signatures.verify(token, likeliest, trusted.policy), (key) => {
      if (key) return key;
      if (likeliest.length < keys.length)
        throw new Refusal('keys_unavailable', 'key', TOO_MANY_KEYS);
      const allTried = [...tried, ...keys];
      return whenKnown(selectFurtherKeys(token, trusted, allTried, this.nowSeconds()), (further) =>
        this.verifySignature(token, trusted, further, allTried),
      );
    });
  }

  protected nowSeconds(): number {
    return this.clock.now() / 1_000;
  }
}

/** Whose token it is by its own word, and what may have signed it. */
export interface IssuerAndKeys {
  readonly trusted: TrustedIssuer;
  readonly keys: readonly VerificationKey[];
}
