import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';

/** Beyond this number, the prefixes of the issuers removed longest ago are forgotten. */
const MAX_FORMER_PREFIXES = 1_000;

/** A prefix and the issuer of its tokens; `undefined` where that issuer was removed. */
interface Route {
  readonly prefix: string;
  readonly owner: TrustedIssuer | undefined;
}

/**
 * Finds the issuer of an opaque token by its prefix alone, so that no other issuer sees the token. Tokens of
 * a removed issuer have no owner: they are not sent to the issuer that takes the rest.
 */
export class OpaqueTokenRoutes {
  private revision: number | undefined;
  /** The longest prefix first. */
  private routes: readonly Route[] = [];
  private rest: TrustedIssuer | undefined;
  /** The name of the issuer that took the rest last. */
  private restName: string | undefined;
  private readonly former = new Set<string>();

  constructor(private readonly trustedIssuers: TrustedIssuers) {}

  /** @returns the issuer; `null` when it was removed; `undefined` when no issuer takes it. */
  ownerOf(token: string): TrustedIssuer | null | undefined {
    this.update();
    const route = this.routes.find(({ prefix }) => token.startsWith(prefix));
    return route === undefined ? this.rest : (route.owner ?? null);
  }

  private update(): void {
    const listed = this.trustedIssuers.listed();
    if (this.revision === listed.revision) return;
    this.revision = listed.revision;
    const asked = listed.all().filter(({ policy }) => policy.introspection);
    const current = new Map(asked.flatMap(entryOf));
    for (const { prefix } of this.routes) if (!current.has(prefix)) this.former.add(prefix);
    for (const prefix of current.keys()) this.former.delete(prefix);
    for (const [longestAgo] of this.former.entries()) {
      if (this.former.size <= MAX_FORMER_PREFIXES) break;
      this.former.delete(longestAgo);
    }
    const routes = [...current].map(([prefix, owner]) => ({ prefix, owner }));
    const formerRoutes = [...this.former].map((prefix) => ({ prefix, owner: undefined }));
    this.routes = [...routes, ...formerRoutes].sort((a, b) => b.prefix.length - a.prefix.length);
    this.rest = this.restOf(asked);
    this.restName ??= this.rest?.policy.issuer;
  }

  /** One of the mode `'opaque'`; without it the only one of `'always'`, unless another had them before. */
  private restOf(asked: readonly TrustedIssuer[]): TrustedIssuer | undefined {
    const unprefixed = asked.filter(
      ({ policy }) => policy.introspection?.tokenPrefix === undefined,
    );
    const named = unprefixed.find(({ policy }) => policy.introspection?.mode === 'opaque');
    if (named !== undefined) {
      this.restName = named.policy.issuer;
      return named;
    }
    const [only, ...others] = unprefixed;
    const isHeir = this.restName === undefined || this.restName === only?.policy.issuer;
    return others.length === 0 && isHeir ? only : undefined;
  }
}

function entryOf(trusted: TrustedIssuer): readonly (readonly [string, TrustedIssuer])[] {
  const prefix = trusted.policy.introspection?.tokenPrefix;
  return prefix === undefined ? [] : [[prefix, trusted]];
}
