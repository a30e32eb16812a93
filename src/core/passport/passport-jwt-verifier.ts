import type { KeyObject } from 'node:crypto';
import { Strategy } from 'passport-jwt';
import type { ResolvedTrustedIssuer } from '../../config/resolved-config.js';
import { issuerNameOf } from '../../config/tenant-template.js';
import { deepFreeze } from '../identity/deep-freeze.js';
import { type CheckedClaims, mapIdentity } from '../identity/identity-mapper.js';
import type { Identity } from '../identity/identity.js';
import type { VerificationKey } from '../keys/key-source.js';
import { Refusal, type Verdict } from '../refusals/refusal.js';
import { withoutStack } from '../refusals/without-stack.js';
import type { Clock } from '../util/clock.js';
import { validateClaims } from '../jwt/validate-claims.js';
import { isNodeCryptoAlgorithm, verifiesWithNodeCrypto } from '../jose/verify-with-node-crypto.js';
import { refusalOfError, refusalOfFailure } from './passport-outcome.js';
import type { UnverifiedToken } from '../jwt/unverified-token.js';

/** A token that was found good: who is calling, and whose key verified it. */
export interface Accepted {
  readonly identity: Identity;
  readonly key: VerificationKey;
}

const VERIFIED = Symbol('the signature verifies');
/** The token is handed over otherwise. */
const NO_REQUEST = {} as never;

type KeyDone = (error: null, key: never) => void;
type VerifiedDone = (error: null, verified: typeof VERIFIED) => void;

/**
 * Steps 6 to 8 for one trusted issuer: passport-jwt checks the signature with that issuer's key and
 * algorithms; claims and identity follow.
 *
 * Times are left to step 7, because tolerance and a required `exp` are ours.
 */
export class IssuerJwtStrategy extends Strategy {
  /** What is tried. The whole of a try is one synchronous call, so there is never a second under way. */
  private tried: { readonly token: UnverifiedToken; readonly key: KeyObject } | undefined;
  private outcome: Refusal | typeof VERIFIED | undefined;

  constructor(
    private readonly rules: ResolvedTrustedIssuer,
    private readonly clock: Clock,
  ) {
    super(
      {
        jwtFromRequest: () => this.tried?.token.token ?? null,
        // Called back at once, so that the whole check is one synchronous call.
        secretOrKeyProvider: (_request: unknown, _token: unknown, done: KeyDone) =>
          done(null, this.tried?.key as never),
        algorithms: [...rules.algorithms] as never,
        // A template for any tenant has no list; there the look-up has compared the whole string.
        ...(rules.tenants !== 'any' && { issuer: [...rules.acceptedIssuers] }),
        ignoreExpiration: true,
        jsonWebTokenOptions: { ignoreNotBefore: true },
      },
      (_claims: unknown, done: VerifiedDone) => done(null, VERIFIED),
    );
  }

  /**
   * The identity behind a token that one of these keys verifies, and which one does; or why there is
   * none. Never throws.
   */
  judge(token: UnverifiedToken, keys: readonly VerificationKey[]): Verdict<Accepted> {
    let refusal: Refusal | undefined;
    for (const key of keys) {
      const outcome = this.verify(token, key.key);
      if (outcome === VERIFIED) return this.accept(token, key);
      refusal = outcome;
      if (refusal.code !== 'signature_invalid') break;
    }
    return refusal ?? new Refusal('signature_invalid', 'no key fits');
  }

  private verify(token: UnverifiedToken, key: KeyObject): typeof VERIFIED | Refusal {
    if (!isNodeCryptoAlgorithm(token.algorithm))
      return withoutStack(() => this.verifyWithPassportJwt(token, key));
    return verifiesWithNodeCrypto(token, key) ? VERIFIED : refusalOfFailure(undefined);
  }

  private verifyWithPassportJwt(token: UnverifiedToken, key: KeyObject): typeof VERIFIED | Refusal {
    this.tried = { token, key };
    this.outcome = undefined;
    try {
      this.authenticate(NO_REQUEST);
    } finally {
      this.tried = undefined;
    }
    return this.outcome ?? refusalOfError(new Error('passport-jwt did not answer at once'));
  }

  /** The doors by which passport-jwt leaves. Passport would set these; this strategy is called directly. */
  override success = (): void => {
    this.outcome = VERIFIED;
  };

  override fail = (info: unknown): void => {
    this.outcome = refusalOfFailure(info);
  };

  override error = (error: unknown): void => {
    this.outcome = refusalOfError(error);
  };

  /** Steps 7 and 8, on the claims as step 3 parsed them: what was looked up is what is judged. */
  private accept({ claims }: UnverifiedToken, key: VerificationKey): Verdict<Accepted> {
    try {
      // Frozen first: what the application's predicates are shown, they can't change for the next one.
      const checked = validateClaims(deepFreeze(claims), this.rules, this.clock.now() / 1_000);
      if (checked instanceof Refusal) return checked;
      return { identity: identityBehind(checked, this.rules), key };
    } catch (error) {
      return refusalOfError(error);
    }
  }
}

/** Step 8, for claims that step 7 accepted. */
export function identityBehind(checked: CheckedClaims, rules: ResolvedTrustedIssuer): Identity {
  return mapIdentity(issuerNameOf(rules, checked['iss']), checked, rules.identity, rules.mayGrant);
}
