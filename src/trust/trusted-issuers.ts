import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../clock.js';
import type { ResolvedAuthConfig, ResolvedTrustedIssuer } from '../config/resolved-config.js';
import { TOKENS } from '../di-tokens.js';
import { createKeySource } from '../keys/key-source.factory.js';
import type { KeySource } from '../keys/key-source.js';
import type { TrustedIssuerStatus } from '../keys/key-source.status.js';
import type { AuthEvents } from '../observability/auth-events.js';

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
    @Inject(TOKENS.events) events: AuthEvents,
  ) {
    this.byIssuer = new Map(
      config.issuers.flatMap((rules) => {
        const trusted = { rules, keys: createKeySource(rules, { clock, events }) };
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

  /** How the keys of each trusted issuer are now. Causes no fetch. */
  status(): readonly TrustedIssuerStatus[] {
    return this.all().map(({ rules, keys }) => ({ issuer: rules.issuer, ...keys.status() }));
  }

  /** Fetches the keys of all issuers now, at once and in the background. Failures are logged. */
  warmUp(): void {
    for (const { keys } of this.all()) keys.warmUp();
  }

  /** Each issuer once, however many names it has. */
  private all(): readonly TrustedIssuer[] {
    return [...new Set(this.byIssuer.values())];
  }
}
