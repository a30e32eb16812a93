import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from '../identity/identity.js';
import type { Clock } from '../util/clock.js';
import { AuthConfigurationError } from '../../config/configuration-error.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { shownValue } from '../util/shown-value.js';
import type { TrustedIssuerConfig } from '../../config/trusted-issuer-config.js';
import type { Refusal } from '../refusals/refusal.js';
import { TOKENS } from '../util/di-tokens.js';
import type { TrustedIssuerStatus } from '../keys/key-source-status.js';
import type { Introspectors } from '../introspection/token-router.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { IssuerDirectory } from './issuer-directory.js';
import { IssuerMaker } from './issuer-maker.js';
import { IssuerRefusals } from './issuer-refusals.js';
import { IssuerResolver } from './issuer-resolver.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/**
 * The trust list. Inject it to see which issuers the application trusts and to change that while it
 * runs. Every change is validated like the configuration, applies from the next token on, and is made
 * completely or not at all; a request in progress finishes on the old terms or on the new ones.
 *
 * Each process has its own list: with several processes, change it in each.
 */
@Injectable()
export class TrustedIssuers {
  private readonly directory = new IssuerDirectory();
  private readonly maker: IssuerMaker;
  private readonly refusals: IssuerRefusals;
  private readonly resolver: IssuerResolver | undefined;
  /** Asks issuers about tokens; loaded when the first issuer uses introspection. */
  private introspectors: Introspectors | undefined;
  private loadIntrospection: (() => void) | undefined;

  /** @internal Made by Nest. */
  constructor(
    @Inject(TOKENS.resolvedConfig) config: ResolvedAuthConfig,
    @Inject(TOKENS.clock) clock: Clock,
    @Inject(TOKENS.events) events: AuthEvents,
  ) {
    const { resolveIssuer } = config;
    this.maker = new IssuerMaker(config, this.directory, { clock, events }, () =>
      this.startIntrospecting(),
    );
    this.refusals = new IssuerRefusals(this.directory, resolveIssuer !== undefined, clock);
    this.resolver =
      config.resolveIssuer &&
      new IssuerResolver(config.resolveIssuer, (given) => this.maker.resolved(given), clock);
    for (const policy of config.issuers) this.enlist(this.maker.make(policy));
  }

  /**
   * The listed issuers as configured, in the order in which they were added, without those that
   * `resolveIssuer` gave. Do not send it to clients: a configuration may hold a secret.
   */
  list(): readonly TrustedIssuerConfig[] {
    return this.directory.all().map(({ policy }) => policy.config);
  }

  /**
   * Adds a trusted issuer.
   *
   * @throws AuthConfigurationError when the configuration is invalid, or one of its names is already used.
   */
  add(issuer: string | TrustedIssuerConfig): void {
    this.enlist(this.maker.validated(issuer));
  }

  /**
   * Replaces the terms of the listed issuer with the same `issuer`. Its keys are dropped, even when the
   * terms are the same: the next token fetches them.
   *
   * @throws AuthConfigurationError when the configuration is invalid, or the issuer is not listed.
   * @throws TypeError when there is a second argument.
   */
  replace(issuer: string | TrustedIssuerConfig): void {
    // Terms passed after a name would be ignored, and leave the issuer with the defaults alone.
    if (arguments.length > 1)
      throw new TypeError('replace() takes one argument: the terms, with the issuer among them');
    // Callers without types can pass anything.
    const name: unknown = typeof issuer === 'string' ? issuer : Object(issuer).issuer;
    const former = this.directory.configured(name as string);
    if (former === undefined) throw notListed(name);
    const successor = this.maker.validated(issuer, former);
    // Terms that answer otherwise when they are read again.
    if (successor.policy.issuer !== name) throw notListed(successor.policy.issuer);
    this.delist(former);
    this.enlist(successor);
  }

  /**
   * Stops trusting an issuer, by its `issuer`; for listed issuers, an alias has no effect.
   *
   * - **A tenant that a template admits**, listed by itself or not, stays distrusted until an issuer of
   *   its name is added, also when the template is replaced. `resolveIssuer` is not asked about it.
   * - **What `resolveIssuer` said** of any other issuer, under any name, is only forgotten: it is asked
   *   again with the next token.
   *
   * @returns whether there was anything to remove.
   * @throws RangeError for a tenant of a template when 10,000 are distrusted already; then nothing changes.
   */
  remove(issuer: string): boolean {
    const listed = this.directory.configured(issuer);
    const isTenant =
      !this.directory.isDistrusted(issuer) && this.directory.templateOf(issuer) !== undefined;
    // First, because it may throw.
    if (isTenant) this.directory.distrust(issuer);
    const forgotten = this.resolver?.forget([issuer]) ?? false;
    if (listed !== undefined) this.delist(listed);
    return listed !== undefined || isTenant || forgotten;
  }

  /**
   * The trusted issuer with this exact name. No normalization, no pattern, no network: only an issuer
   * that `resolveIssuer` may be asked about takes time.
   *
   * @internal
   * @param iss of an unverified token: anything at all.
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when `resolveIssuer` fails.
   */
  find(iss: unknown): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined> {
    if (typeof iss !== 'string') return undefined;
    return this.directory.find(iss) ?? this.mayResolve(iss)?.find(iss);
  }

  /**
   * Whether tokens of some listed issuer may have padded segments.
   *
   * @internal
   */
  get somePad(): boolean {
    return this.directory.somePad;
  }

  /**
   * Why a token is refused whose issuer was not found. Also logs a near miss.
   *
   * @internal
   * @param iss of an unverified token: anything at all.
   * @param mark what else is wrong with the token.
   */
  refuse(iss: unknown, mark: string | undefined): Refusal {
    return this.refusals.refuse(iss, mark);
  }

  /**
   * Whether an `iss` still names this same object. A token that was verified with another object must be
   * verified again.
   *
   * @internal
   */
  isTrusted(trusted: TrustedIssuer, iss: unknown): boolean {
    return this.known(iss) === trusted;
  }

  /**
   * Under which name the issuer of a verified token is configured: the template, say, of its tenant's.
   *
   * @internal
   * @param iss of the token, which may be an alias.
   */
  configuredName(iss: unknown): string | undefined {
    return this.known(iss)?.policy.issuer;
  }

  /**
   * Every name by which the application knows the issuer of an identity: as the identity has it, as configured
   * (a template's for its tenants), and the configured `name`.
   *
   * @internal
   */
  namesOf({ issuer, claims }: Pick<Identity, 'issuer' | 'claims'>): readonly string[] {
    const policy = this.known(claims.iss)?.policy;
    if (policy === undefined) return [issuer];
    return [issuer, policy.issuer, policy.config.name ?? policy.issuer];
  }

  /**
   * The clock tolerance for the issuer of an identity; `undefined` when the issuer is not trusted here, which
   * is possible for an identity that was vouched for.
   *
   * @internal
   */
  clockToleranceSecondsFor({ claims }: Pick<Identity, 'claims'>): number | undefined {
    return this.known(claims.iss)?.policy.clockToleranceSeconds;
  }

  /**
   * The terms of an issuer that is trusted now; `undefined` when it is not trusted here.
   *
   * @internal
   * @param issuer any of its names, such as that of an identity.
   */
  policyFor({ issuer }: Pick<Identity, 'issuer'>): IssuerPolicy | undefined {
    return (this.known(issuer) ?? this.directory.configured(issuer))?.policy;
  }

  /** Like {@link find}, without asking `resolveIssuer`. */
  private known(iss: unknown): TrustedIssuer | undefined {
    if (typeof iss !== 'string') return undefined;
    return this.directory.find(iss) ?? this.mayResolve(iss)?.known(iss);
  }

  /**
   * For callers that ask {@link isTrusted} repeatedly: while this number is the same, so are the answers.
   * `undefined` with `resolveIssuer`, whose answers also expire.
   *
   * @internal
   */
  get revision(): number | undefined {
    return this.resolver === undefined ? this.directory.revision : undefined;
  }

  /**
   * The current status of the keys and the introspection endpoint of each listed issuer, without those that
   * `resolveIssuer` gave. Causes no fetch.
   */
  status(): readonly TrustedIssuerStatus[] {
    return this.directory.all().map((trusted) => {
      const introspection = this.introspectorOf(trusted)?.status();
      const { issuer } = trusted.policy;
      return { issuer, ...trusted.keys.status(), ...(introspection && { introspection }) };
    });
  }

  /**
   * Fetches the keys of every listed issuer that has none: all at once and in the background. Failures
   * are logged.
   */
  warmUp(): void {
    for (const { keys } of this.directory.all()) keys.refresh?.warmUp();
  }

  /**
   * Fetches keys that are missing because the last fetch failed, and asks introspection endpoints that failed
   * whether they are back: in the background and no more often than after any failure.
   *
   * @internal
   */
  retryFailed(): void {
    for (const trusted of this.directory.all()) {
      trusted.keys.refresh?.retryFailed();
      this.introspectorOf(trusted)?.retryFailed();
    }
  }

  /**
   * Every listed issuer, in the order they were added, and a number that changes with every change.
   *
   * @internal
   */
  listed(): { readonly revision: number; all(): readonly TrustedIssuer[] } {
    return this.directory;
  }

  /**
   * Whether any listed issuer uses introspection.
   *
   * @internal
   */
  get introspects(): boolean {
    return this.directory.all().some(({ policy }) => policy.introspection !== undefined);
  }

  /**
   * @param load called once, when the first issuer that uses introspection is added; not for those that were
   * listed from the start.
   * @internal
   */
  whenIntrospecting(load: () => void): void {
    this.loadIntrospection = load;
  }

  /**
   * Asks an issuer about tokens, if it uses introspection.
   *
   * @internal
   */
  introspectorOf(trusted: TrustedIssuer): ReturnType<Introspectors['introspectorOf']> {
    return this.introspectors?.introspectorOf(trusted);
  }

  /** @internal Called by the introspection code when it is loaded. */
  useIntrospectors(introspectors: Introspectors): void {
    this.introspectors = introspectors;
  }

  /** The resolver, for a name that it may be asked about. */
  private mayResolve(iss: string): IssuerResolver | undefined {
    return this.directory.isDistrusted(iss) ? undefined : this.resolver;
  }

  /** Loads once: all issuers share what is loaded. */
  private startIntrospecting(): void {
    const load = this.loadIntrospection;
    this.loadIntrospection = undefined;
    if (this.introspectors === undefined) load?.();
  }

  private enlist(trusted: TrustedIssuer): void {
    this.directory.add(trusted);
    this.refusals.add(trusted);
    this.resolver?.forget(trusted.policy.acceptedIssuers);
  }

  private delist(trusted: TrustedIssuer): void {
    this.directory.remove(trusted);
    this.refusals.remove(trusted);
  }
}

function notListed(issuer: unknown): AuthConfigurationError {
  const message = `${shownValue(issuer)} is not a listed issuer. Use add for a new one.`;
  return new AuthConfigurationError([{ path: 'issuer', message }]);
}
