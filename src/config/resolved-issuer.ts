import { acceptedAlgorithms } from '../core/jose/edwards-algorithms.js';
import { canonicalTokenType } from '../core/jose/token-type.js';
import type { AuthModuleConfig } from './auth-module-config.js';
import { DEFAULTS } from './defaults.js';
import type { DpopMode, MtlsMode } from './binding-config.js';
import type { HttpConfig } from './http-config.js';
import {
  type IdentityMapping,
  identityMapping,
  type ResolvedGrants,
  resolvedGrants,
  type ScopeImplications,
  scopeImplications,
} from './identity-mapping.js';
import type { IntrospectionAuthentication, IntrospectionConfig } from './introspection-config.js';
import type { OneFormOfKeys } from './issuer-keys-config.js';
import { issuerOfTenant } from './tenant-template.js';
import type { RequiredClaim, TrustedIssuerConfig } from './trusted-issuer-config.js';

/** {@link HttpConfig} with its defaults applied. */
export type ResolvedHttpConfig = Required<
  Pick<HttpConfig, 'timeoutMs' | 'maxBytes' | 'allowInsecure'>
> &
  Pick<HttpConfig, 'headers' | 'fetch'>;

/** {@link IntrospectionConfig} with its defaults applied. */
export type ResolvedIntrospection = IntrospectionConfig &
  Required<Pick<IntrospectionConfig, keyof typeof DEFAULTS.introspection>> & {
    readonly authentication: IntrospectionAuthentication;
  };

/** One trusted issuer with every default applied; nothing in it changes afterwards. */
export interface IssuerPolicy {
  readonly issuer: string;
  /** `issuer` and its aliases. */
  readonly acceptedIssuers: readonly string[];
  readonly audience: ReadonlySet<string> | null;
  /** Of a template: the tenants that it admits. {@link acceptedIssuers} is empty when that is `'any'`. */
  readonly tenants: readonly string[] | 'any' | undefined;
  /** The configuration this was made from. */
  readonly config: TrustedIssuerConfig;
  /** One form and no other, since that was checked. `undefined`: find the keys by discovery from `issuer`. */
  readonly keys: OneFormOfKeys | undefined;
  /** The `alg` values that tokens may have. */
  readonly algorithms: ReadonlySet<string>;
  /** Lower case, without `application/`. */
  readonly tokenTypes: ReadonlySet<string | null>;
  readonly requiredHeader: readonly (readonly [name: string, values: ReadonlySet<string>])[];
  readonly allowPadding: boolean;
  readonly clientIds: ReadonlySet<string> | undefined;
  readonly requiredClaims: readonly (readonly [name: string, expected: RequiredClaim])[];
  readonly clockToleranceSeconds: number;
  readonly maxTokenAgeSeconds: number | undefined;
  readonly identity: IdentityMapping;
  readonly mayGrant: ResolvedGrants | undefined;
  /** `undefined`: no scope implies another. */
  readonly scopeImplies: ScopeImplications | undefined;
  readonly mtls: MtlsMode;
  readonly dpop: DpopMode;
  readonly introspection: ResolvedIntrospection | undefined;
  readonly http: ResolvedHttpConfig;
}

/** What an issuer takes from the module where it says nothing itself. */
export type ModuleTerms = Pick<AuthModuleConfig, 'audience' | 'mtls' | 'scopeImplies'> &
  Parameters<typeof modeOf>[1];

/** Applies the defaults to one trusted issuer as `validateTrustedIssuer` gave it. */
export function resolveTrustedIssuer(
  config: TrustedIssuerConfig,
  module: ModuleTerms = {},
): IssuerPolicy {
  const audience = config.audience === undefined ? module.audience : config.audience;
  const scopeImplies = config.scopeImplies ?? module.scopeImplies;
  return {
    issuer: config.issuer,
    acceptedIssuers: acceptedIssuersOf(config),
    tenants: config.tenants,
    config,
    audience: audience == null ? null : new Set([audience].flat()),
    keys: config.keys as OneFormOfKeys | undefined,
    algorithms: acceptedAlgorithms(config.algorithms ?? DEFAULTS.algorithms),
    tokenTypes: new Set((config.tokenTypes ?? DEFAULTS.tokenTypes).map(canonicalTokenType)),
    requiredHeader: Object.entries(config.requiredHeader ?? {}).map(([name, values]) => [
      name,
      new Set([values].flat()),
    ]),
    allowPadding: config.allowPadding ?? DEFAULTS.allowPadding,
    clientIds: config.clientIds && new Set(config.clientIds),
    requiredClaims: Object.entries(config.requiredClaims ?? {}),
    clockToleranceSeconds: config.clockToleranceSeconds ?? DEFAULTS.clockToleranceSeconds,
    maxTokenAgeSeconds: config.maxTokenAgeSeconds,
    identity: identityMapping(config.identity),
    mayGrant: config.mayGrant && resolvedGrants(config.mayGrant),
    scopeImplies: scopeImplies && scopeImplications(scopeImplies),
    mtls: config.mtls ?? module.mtls?.mode ?? DEFAULTS.mtls.mode,
    dpop: modeOf(config, module),
    introspection: config.introspection && resolvedIntrospection(config.introspection),
    http: { ...DEFAULTS.http, ...config.http },
  };
}

function acceptedIssuersOf({ issuer, issuerAliases, tenants }: TrustedIssuerConfig): string[] {
  if (tenants === 'any') return [];
  if (tenants) return tenants.map((tenant) => issuerOfTenant(issuer, tenant));
  return [issuer, ...(issuerAliases ?? [])];
}

/** The mode of an issuer. */
export function modeOf(
  issuer: { readonly dpop?: DpopMode },
  module: { readonly dpop?: { readonly mode?: DpopMode } | undefined },
): DpopMode {
  return issuer.dpop ?? module.dpop?.mode ?? DEFAULTS.dpop.mode;
}

/** What introspection is configured to be, after it was validated. */
function resolvedIntrospection(config: IntrospectionConfig): ResolvedIntrospection {
  const { bearerToken } = config;
  return {
    ...DEFAULTS.introspection,
    ...config,
    authentication: config.authentication ?? usualAuthentication(config),
    // Called on its object: a method of a literal may use the other members through `this`.
    ...(bearerToken && { bearerToken: () => bearerToken.call(config) }),
  };
}

/** How an API with these credentials authenticates itself where it does not say. */
export function usualAuthentication({
  privateKey,
  bearerToken,
}: Pick<IntrospectionConfig, 'privateKey' | 'bearerToken'>): IntrospectionAuthentication {
  if (privateKey !== undefined) return 'private_key_jwt';
  return bearerToken === undefined ? 'client_secret_basic' : 'bearer';
}

/**
 * The name under which a prefix of opaque tokens is kept among the issuers: no issuer contains white space.
 *
 * @param prefix empty for all tokens that begin with no configured prefix.
 */
export function prefixName(prefix: string): string {
  return `tokenPrefix ${prefix}`;
}
