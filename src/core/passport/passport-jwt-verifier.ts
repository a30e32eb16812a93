import type { KeyObject } from 'node:crypto';
import { Strategy } from 'passport-jwt';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { EDDSA_ALGORITHMS, ML_DSA_ALGORITHMS } from '../jose/algorithm-names.js';
import { verifiesWithNodeCrypto } from '../jose/verify-with-node-crypto.js';
import type { UnverifiedToken } from '../jwt/unverified-token.js';
import { withoutStack } from '../refusals/without-stack.js';

const UNKNOWN_TO_JSONWEBTOKEN: ReadonlySet<string> = new Set([
  ...EDDSA_ALGORITHMS,
  ...ML_DSA_ALGORITHMS,
]);

/** The token is handed over otherwise. */
const NO_REQUEST = {} as never;

type KeyDone = (error: null, key: never) => void;
type VerifiedDone = (error: null, verified: true) => void;

/**
 * Checks signatures of one issuer's tokens with passport-jwt, and by `node:crypto` those that jsonwebtoken
 * does not know (EdDSA, ML-DSA, padded segments). Times are left to our own claim rules.
 */
export class PassportJwtVerifier extends Strategy {
  /** What is checked. The whole check is one synchronous call, so there is never a second at the same time. */
  private checked: { readonly token: UnverifiedToken; readonly key: KeyObject } | undefined;
  private outcome: boolean | Error | undefined;

  constructor({ algorithms, acceptedIssuers, tenants }: IssuerPolicy) {
    super(
      {
        jwtFromRequest: () => this.checked?.token.token ?? null,
        // Called back at once, so that the whole check is one synchronous call.
        secretOrKeyProvider: (_request: unknown, _token: unknown, done: KeyDone) =>
          done(null, this.checked?.key as never),
        algorithms: [...algorithms] as never,
        // A template for any tenant has no list; there the look-up has compared the whole string.
        ...(tenants !== 'any' && { issuer: [...acceptedIssuers] }),
        ignoreExpiration: true,
        jsonWebTokenOptions: { ignoreNotBefore: true },
      },
      (_claims: unknown, done: VerifiedDone) => done(null, true),
    );
  }

  /** @throws Error when the check itself failed. */
  verifies(token: UnverifiedToken, key: KeyObject): boolean {
    return token.isPadded || UNKNOWN_TO_JSONWEBTOKEN.has(token.algorithm)
      ? verifiesWithNodeCrypto(token, key)
      : withoutStack(() => this.verifiesWithPassportJwt(token, key));
  }

  private verifiesWithPassportJwt(token: UnverifiedToken, key: KeyObject): boolean {
    this.checked = { token, key };
    this.outcome = undefined;
    try {
      this.authenticate(NO_REQUEST);
    } finally {
      this.checked = undefined;
    }
    const { outcome = new Error('passport-jwt did not answer at once') } = this;
    if (typeof outcome === 'boolean') return outcome;
    throw outcome;
  }

  /** What passport-jwt calls with its outcome. Passport would set these; this strategy is called directly. */
  override success = (): void => {
    this.outcome = true;
  };

  /** Claims and times are ours, so the signature is bad. The text is not kept, because it may quote the token. */
  override fail = (): void => {
    this.outcome = false;
  };

  override error = (error: unknown): void => {
    this.outcome = error instanceof Error ? error : new Error('passport-jwt failed');
  };
}
