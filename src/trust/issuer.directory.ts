import { readTenantIssuer } from '../config/tenant-template.js';
import type { TrustedIssuer } from './trusted-issuer.js';

const MAX_DISTRUSTED = 10_000;

/** The listed issuers by every name they go by. Names are compared whole. */
export class IssuerDirectory {
  readonly #byConfiguredIssuer = new Map<string, TrustedIssuer>();
  readonly #byAcceptedIssuer = new Map<string, TrustedIssuer>();
  readonly #byTemplate = new Map<string, TrustedIssuer>();
  /** Tenants that a template would admit and that were removed by name. */
  readonly #distrusted = new Set<string>();
  #revision = 0;

  /** Another number after each change. */
  get revision(): number {
    return this.#revision;
  }

  add(trusted: TrustedIssuer): void {
    this.#revision++;
    const { issuer, acceptedIssuers, tenants } = trusted.rules;
    this.#distrusted.delete(issuer);
    this.#byConfiguredIssuer.set(issuer, trusted);
    if (tenants === 'any') this.#byTemplate.set(issuer, trusted);
    for (const accepted of acceptedIssuers) this.#byAcceptedIssuer.set(accepted, trusted);
  }

  remove({ rules: { issuer, acceptedIssuers } }: TrustedIssuer): void {
    this.#revision++;
    this.#byConfiguredIssuer.delete(issuer);
    this.#byTemplate.delete(issuer);
    for (const accepted of acceptedIssuers) this.#byAcceptedIssuer.delete(accepted);
  }

  /**
   * Keeps a tenant that a template admits from being trusted, until it is added by its own name.
   *
   * @returns whether a template admitted it.
   * @throws RangeError when so many are that the list is no longer a short one.
   */
  distrust(tenant: string): boolean {
    const admitted = this.find(tenant);
    if (admitted?.rules.tenants === undefined) return false;
    if (this.#distrusted.size >= MAX_DISTRUSTED)
      throw new RangeError(
        `${MAX_DISTRUSTED} tenants of templates are removed already. List those that are trusted in tenants, or use resolveIssuer.`,
      );
    this.#revision++;
    this.#distrusted.add(tenant);
    return true;
  }

  /** Who is meant by an `iss`. */
  find(iss: string): TrustedIssuer | undefined {
    if (this.#distrusted.size > 0 && this.#distrusted.has(iss)) return undefined;
    const listed = this.#byAcceptedIssuer.get(iss);
    if (listed !== undefined || this.#byTemplate.size === 0) return listed;
    const template = readTenantIssuer(iss)?.template;
    return template === undefined ? undefined : this.#byTemplate.get(template);
  }

  /** What is configured under exactly this `issuer`; aliases do not count. */
  configured(issuer: string): TrustedIssuer | undefined {
    return this.#byConfiguredIssuer.get(issuer);
  }

  /** In the order in which they were added. */
  all(): readonly TrustedIssuer[] {
    return [...this.#byConfiguredIssuer.values()];
  }

  /** Who goes by exactly this name, be it a template. */
  named(name: string): TrustedIssuer | undefined {
    return this.#byConfiguredIssuer.get(name) ?? this.#byAcceptedIssuer.get(name);
  }
}
