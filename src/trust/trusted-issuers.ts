import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../clock.js';
import type { ResolvedAuthConfig, ResolvedTrustedIssuer } from '../config/resolved-config.js';
import { TOKENS } from '../di-tokens.js';
import { createKeySource } from '../keys/key-source.factory.js';
import type { KeySource } from '../keys/key-source.js';

/** An issuer this application trusts: the terms, and its keys. */
export interface TrustedIssuer {
  readonly rules: ResolvedTrustedIssuer;
  readonly keys: KeySource;
}

/** Step 4: the trust list. */
@Injectable()
export class TrustedIssuers {
  private readonly byIssuer: ReadonlyMap<string, TrustedIssuer>;

  constructor(
    @Inject(TOKENS.resolvedConfig) config: ResolvedAuthConfig,
    @Inject(TOKENS.clock) clock: Clock,
  ) {
    this.byIssuer = new Map(
      config.issuers.flatMap((rules) => {
        const trusted = { rules, keys: createKeySource(rules, clock) };
        return rules.acceptedIssuers.map((issuer) => [issuer, trusted] as const);
      }),
    );
  }

  /**
   * The trusted issuer of this exact name. No normalising, no pattern, no network.
   *
   * @param issuer the `iss` of an unverified token: anything at all.
   */
  find(issuer: unknown): TrustedIssuer | undefined {
    return typeof issuer === 'string' ? this.byIssuer.get(issuer) : undefined;
  }

  /** Whether what {@link find} once gave still stands on the list, on the same terms. */
  isTrusted(trusted: TrustedIssuer): boolean {
    return this.byIssuer.get(trusted.rules.issuer) === trusted;
  }
}
