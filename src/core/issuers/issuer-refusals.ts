import { kindOf } from '../util/shown-value.js';
import { expectedValues } from '../refusals/expected-values.js';
import { Refusal } from '../refusals/refusal.js';
import type { Clock } from '../util/clock.js';
import type { IssuerDirectory } from './issuer-directory.js';
import { NearMissLog } from './near-miss-log.js';
import { NearMisses } from './near-misses.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** Says why an `iss` is not trusted: which issuers the application trusts, and in what they differ. */
export class IssuerRefusals {
  private readonly nearMisses = new NearMisses();
  private readonly log: NearMissLog;
  private names: { readonly revision: number; readonly text: string } | undefined;

  /** @param resolves `resolveIssuer` is configured, and may know others. */
  constructor(
    private readonly directory: IssuerDirectory,
    private readonly resolves: boolean,
    clock: Clock,
  ) {
    this.log = new NearMissLog(clock);
  }

  add(trusted: TrustedIssuer): void {
    this.nearMisses.add(trusted);
  }

  remove(trusted: TrustedIssuer): void {
    this.nearMisses.remove(trusted);
  }

  /**
   * A near miss goes into the log, too.
   *
   * @param iss of an unverified token: anything at all.
   * @param mark what else is wrong with the token.
   */
  refuse(iss: unknown, mark: string | undefined): Refusal {
    const reason = this.reasonFor(iss);
    return new Refusal(
      'issuer_untrusted',
      'issuer',
      mark === undefined ? reason : `${reason} (${mark})`,
    );
  }

  private reasonFor(iss: unknown): string {
    if (iss === undefined) return `"iss" is absent; ${this.trusted()}`;
    if (typeof iss !== 'string') return `"iss" is ${kindOf(iss)}, not a string; ${this.trusted()}`;
    const near = this.nearMisses.find(iss);
    if (!near) return `"iss" is not a trusted issuer; ${this.trusted()}`;
    this.log.write(iss, near);
    return (
      '"iss" is not a trusted issuer. It differs from ' +
      `${expectedValues([near.trusted])} in ${near.difference}, and that makes it another issuer.`
    );
  }

  /** Made again after each change and no more often: bad tokens come in floods. */
  private trusted(): string {
    const { revision } = this.directory;
    if (this.names?.revision !== revision) this.names = { revision, text: this.trustedNames() };
    return this.names.text;
  }

  private trustedNames(): string {
    const names = expectedValues(this.directory.names());
    if (!this.resolves) return `trusted: ${names || 'none'}`;
    return `trusted: ${names === '' ? '' : `${names}, and `}those that resolveIssuer knows`;
  }
}
