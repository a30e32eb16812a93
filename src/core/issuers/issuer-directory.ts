import { readTenantIssuer } from '../../config/tenant-template.js';
import { prefixName } from '../../config/resolved-issuer.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** At most this many tenants of templates can be distrusted by name. */
const MAX_DISTRUSTED = 10_000;

/** The listed issuers, by each of their names. Names are compared exactly. */
export class IssuerDirectory {
  readonly #byConfiguredIssuer = new Map<string, TrustedIssuer>();
  readonly #byAcceptedIssuer = new Map<string, TrustedIssuer>();
  readonly #byTemplate = new Map<string, TrustedIssuer>();
  /** By the prefix of their opaque tokens. */
  readonly #byPrefix = new Map<string, TrustedIssuer>();
  /** Tenants that a template would admit and that were removed by name. */
  readonly #distrusted = new Set<string>();
  #revision = 0;
  #padding = 0;

  /** Changes with every change of the list. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether tokens of some issuer may have padded segments. */
  get somePad(): boolean {
    return this.#padding > 0;
  }

  add(trusted: TrustedIssuer): void {
    this.#revision++;
    if (trusted.policy.allowPadding) this.#padding++;
    const { issuer, acceptedIssuers, tenants } = trusted.policy;
    this.#byConfiguredIssuer.set(issuer, trusted);
    if (tenants === 'any') this.#byTemplate.set(issuer, trusted);
    const prefix = prefixNameOf(trusted);
    if (prefix !== undefined) this.#byPrefix.set(prefix, trusted);
    for (const accepted of acceptedIssuers) {
      this.#byAcceptedIssuer.set(accepted, trusted);
      // A template that lists a distrusted tenant does not trust it again: `replace` copies its list.
      if (tenants === undefined) this.#distrusted.delete(accepted);
    }
  }

  remove(trusted: TrustedIssuer): void {
    this.#revision++;
    if (trusted.policy.allowPadding) this.#padding--;
    const { issuer, acceptedIssuers } = trusted.policy;
    this.#byConfiguredIssuer.delete(issuer);
    this.#byTemplate.delete(issuer);
    const prefix = prefixNameOf(trusted);
    if (prefix !== undefined) this.#byPrefix.delete(prefix);
    for (const accepted of acceptedIssuers) {
      // A distrusted tenant that was added with its own terms no longer belongs to the template.
      if (this.#byAcceptedIssuer.get(accepted) === trusted) this.#byAcceptedIssuer.delete(accepted);
    }
  }

  /**
   * Distrusts one tenant of a template, until an issuer of this name is added.
   *
   * @throws RangeError when the limit of distrusted tenants is reached.
   */
  distrust(tenantIssuer: string): void {
    if (this.#distrusted.size >= MAX_DISTRUSTED) {
      throw new RangeError(
        `${MAX_DISTRUSTED} tenants of templates are distrusted by name, and no more can be. ` +
          'List the trusted ones in tenants, or use resolveIssuer.',
      );
    }
    this.#revision++;
    this.#distrusted.add(tenantIssuer);
  }

  /** Whether {@link distrust} was called for this name, and nothing was added under it since. */
  isDistrusted(iss: string): boolean {
    return this.#distrusted.has(iss);
  }

  /** The trusted issuer that an `iss` names. */
  find(iss: string): TrustedIssuer | undefined {
    if (this.#distrusted.has(iss)) return undefined;
    return this.#byAcceptedIssuer.get(iss) ?? this.templateOf(iss);
  }

  /** The template that admits this issuer as a tenant, even where the tenant is also listed itself. */
  templateOf(iss: string): TrustedIssuer | undefined {
    const listed = this.#byAcceptedIssuer.get(iss);
    if (listed?.policy.tenants !== undefined) return listed;
    if (this.#byTemplate.size === 0) return undefined;
    const template = readTenantIssuer(iss)?.template;
    return template === undefined ? undefined : this.#byTemplate.get(template);
  }

  /** The issuer configured with exactly this `issuer`; aliases do not count. */
  configured(issuer: string): TrustedIssuer | undefined {
    return this.#byConfiguredIssuer.get(issuer);
  }

  /** In the order they were added. */
  all(): readonly TrustedIssuer[] {
    return [...this.#byConfiguredIssuer.values()];
  }

  /** Each configured `issuer`, in no particular order; for a template, the template itself. */
  names(): Iterable<string> {
    return this.#byConfiguredIssuer.keys();
  }

  /**
   * The issuer that has exactly this name: an issuer, a template, or the name of a prefix of opaque tokens.
   * The name of a distrusted tenant is free.
   */
  named(name: string): TrustedIssuer | undefined {
    const configured = this.#byConfiguredIssuer.get(name) ?? this.#byPrefix.get(name);
    return configured ?? (this.isDistrusted(name) ? undefined : this.#byAcceptedIssuer.get(name));
  }
}

/** The name that keeps a prefix from being used twice. */
function prefixNameOf({ policy: { introspection } }: TrustedIssuer): string | undefined {
  if (introspection === undefined) return undefined;
  const { tokenPrefix, mode } = introspection;
  if (tokenPrefix !== undefined) return prefixName(tokenPrefix);
  return mode === 'opaque' ? prefixName('') : undefined;
}
