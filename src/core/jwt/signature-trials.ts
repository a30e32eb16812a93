import type { Clock } from '../util/clock.js';
import { KEY_LIMITS } from '../../config/defaults.js';
import { andThen } from '../util/maybe-async.js';
import type { VerificationKey } from '../keys/key-source.js';
import { type Judging, Refusal } from '../refusals/refusal.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { furtherKeys } from './select-keys.js';
import { type Accepted, IssuerJwtStrategy } from '../passport/passport-jwt-verifier.js';
import type { UnverifiedToken } from './unverified-token.js';

/** A token and the keys it is held against. */
interface Trial {
  readonly unverified: UnverifiedToken;
  readonly trusted: TrustedIssuer;
  readonly keys: readonly VerificationKey[];
}

/** No limit turns a good token into a bad one: what was not tried may have made the signature. */
const TOO_MANY_KEYS = `the first ${KEY_LIMITS.keysPerToken} keys that fit do not verify the token, and more fit: give each key a "kid" and name it in the token`;

/** Steps 6 to 8, with as many keys as it takes: a signature is bad when none is left that could have made it. */
export class SignatureTrials {
  private readonly strategies = new WeakMap<TrustedIssuer, IssuerJwtStrategy>();

  constructor(private readonly clock: Clock) {}

  /**
   * @param before the keys that were tried already.
   * @throws Refusal `keys_unavailable`, also as a rejection: the key it needs can't be had, or was not tried.
   */
  judge(trial: Trial, before: readonly VerificationKey[] = []): Judging<Accepted> {
    const { unverified, trusted, keys } = trial;
    const likeliest = keys.slice(0, KEY_LIMITS.keysPerToken - before.length);
    const judgement = this.strategyOf(trusted).judge(unverified, likeliest);
    const isBad = judgement instanceof Refusal && judgement.code === 'signature_invalid';
    if (!isBad) return judgement;
    if (likeliest.length < keys.length) throw new Refusal('keys_unavailable', TOO_MANY_KEYS);
    const tried = [...before, ...keys];
    const more = furtherKeys(unverified, trusted, tried, this.clock.now() / 1_000);
    return andThen(more, (found) =>
      found.length === 0 ? judgement : this.judge({ ...trial, keys: found }, tried),
    );
  }

  private strategyOf(trusted: TrustedIssuer): IssuerJwtStrategy {
    let strategy = this.strategies.get(trusted);
    if (!strategy) {
      strategy = new IssuerJwtStrategy(trusted.rules, this.clock);
      this.strategies.set(trusted, strategy);
    }
    return strategy;
  }
}
