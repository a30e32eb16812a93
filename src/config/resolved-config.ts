import { canonicalTokenType } from '../core/jose/token-type.js';
import {
  type IdentityMapping,
  identityMapping,
  type ResolvedGrants,
  resolvedGrants,
} from './identity-mapping.js';
import type { AuthObserver } from '../core/observability/auth-observer.js';
import { issuerOfTenant } from './tenant-template.js';
import type {
  AuditMode,
  AuthModuleConfig,
  AuthenticateHint,
  Disclosure,
  SignatureVerifierName,
} from './auth-module-config.js';
import { DEFAULTS, MODULE_DEFAULTS } from './defaults.js';
import { acceptedAlgorithms } from '../core/jose/edwards-algorithms.js';
import type { BackChannelLogoutConfig } from './back-channel-logout-config.js';
import type { DpopMode } from './dpop-config.js';
import { modeOf, type ResolvedDpop, resolveDpop } from './resolved-dpop.js';
import type { HttpConfig } from './http-config.js';
import type { OneFormOfKeys } from './issuer-keys-config.js';
import type { MtlsConfig, MtlsMode } from './mtls-config.js';
import { type ResolvedIntrospection, resolvedIntrospection } from './resolved-introspection.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import { type ScopeImplications, scopeImplications } from './scope-implications.js';
import { metadataAddressOf, type ResourceMetadataConfig } from './resource-metadata-config.js';
import type { RevocationConfig } from './revocation-config.js';
import type { SharedSignalsConfig } from './shared-signals-config.js';
import { type TokenSource, tokenSourceInLowerCase } from './token-source.js';
import type { RequiredClaim, TrustedIssuerConfig } from './trusted-issuer-config.js';
import type { VerifiedTokenCacheConfig } from './verified-token-cache-config.js';

/** {@link HttpConfig} with its defaults applied. */
export type ResolvedHttpConfig = Required<
  Pick<HttpConfig, 'timeoutMs' | 'maxBytes' | 'allowInsecure'>
> &
  Pick<HttpConfig, 'headers' | 'fetch'>;

/** {@link IssuerResolutionConfig} with its defaults applied. */
export type ResolvedIssuerResolution = Required<Omit<IssuerResolutionConfig, 'origins'>> & {
  readonly origins: ReadonlySet<string>;
};

/** {@link RevocationConfig} with its defaults applied. */
export type ResolvedRevocation = Required<RevocationConfig>;

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

/** The module configuration with every default applied. */
export interface ResolvedAuthConfig {
  readonly issuers: readonly IssuerPolicy[];
  /** For issuers that come later and name none. */
  readonly audience: AuthModuleConfig['audience'];
  /** For issuers that say nothing of it themselves. */
  readonly scopeImplies: AuthModuleConfig['scopeImplies'];
  /** `certificate` where tokens may be bound to one. */
  readonly mtls: MtlsConfig | undefined;
  readonly resolveIssuer: ResolvedIssuerResolution | undefined;
  readonly realm: string;
  readonly disclosure: Disclosure;
  readonly authenticateHint: AuthenticateHint;
  readonly errorReference: { readonly path: string; readonly url: string | undefined } | undefined;
  readonly problemDetails: boolean;
  readonly maxTokenBytes: number;
  readonly tokenSources: readonly TokenSource[];
  readonly verifiedTokenCache: Required<VerifiedTokenCacheConfig> | false;
  readonly signatureVerifier: SignatureVerifierName;
  readonly isRevoked: AuthModuleConfig['isRevoked'];
  readonly revocation: ResolvedRevocation | undefined;
  readonly scopeMatches: AuthModuleConfig['scopeMatches'];
  readonly dpop: ResolvedDpop | undefined;
  /** Where clients fetch the metadata document. */
  readonly resourceMetadata: string | undefined;
  /** What the metadata document says of the API. */
  readonly protectedResource: ResourceMetadataConfig | undefined;
  readonly backChannelLogout: Required<BackChannelLogoutConfig> | undefined;
  readonly sharedSignals: Required<SharedSignalsConfig> | undefined;
  readonly audit: AuditMode;
  readonly closeOnExpiry: boolean;
  readonly warmUp: boolean;
  readonly observers: readonly AuthObserver[];
}

/** Applies the defaults to a configuration as `validateConfig` gave it. */
export function resolveConfig(config: AuthModuleConfig): ResolvedAuthConfig {
  const {
    isRevoked,
    scopeMatches,
    resolveIssuer,
    errorReference,
    verifiedTokenCache,
    resourceMetadata,
  } = config;
  return {
    ...MODULE_DEFAULTS,
    audience: undefined,
    scopeImplies: undefined,
    ...config,
    tokenSources: (config.tokenSources ?? DEFAULTS.tokenSources).map(tokenSourceInLowerCase),
    issuers: (config.issuers ?? []).map((issuer) =>
      resolveTrustedIssuer(typeof issuer === 'string' ? { issuer } : issuer, config),
    ),
    mtls: config.mtls && boundMtls(config.mtls),
    resolveIssuer: resolveIssuer && {
      ...DEFAULTS.resolveIssuer,
      ...resolveIssuer,
      origins: new Set(resolveIssuer.origins),
      // Called on its object: a method in a literal may look at what is beside it.
      resolve: (issuer) => resolveIssuer.resolve(issuer),
    },
    errorReference: errorReference && {
      ...DEFAULTS.errorReference,
      url: undefined,
      ...errorReference,
    },
    verifiedTokenCache: verifiedTokenCache !== false && {
      ...DEFAULTS.verifiedTokenCache,
      ...verifiedTokenCache,
    },
    isRevoked: isRevoked && ((identity) => isRevoked.call(config, identity)),
    revocation: config.revocation && { ...DEFAULTS.revocation, ...config.revocation },
    scopeMatches:
      scopeMatches && ((granted, demanded) => scopeMatches.call(config, granted, demanded)),
    dpop: resolveDpop(config),
    resourceMetadata: resourceMetadata && metadataAddressOf(resourceMetadata),
    protectedResource: resourceMetadata,
    backChannelLogout: config.backChannelLogout && {
      ...DEFAULTS.backChannelLogout,
      ...config.backChannelLogout,
    },
    sharedSignals: config.sharedSignals && { ...DEFAULTS.sharedSignals, ...config.sharedSignals },
    observers: [config.observer ?? []].flat(),
  };
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

/** Called on its object: a method in a literal may look at what is beside it. */
function boundMtls(mtls: MtlsConfig): MtlsConfig {
  const { certificate } = mtls;
  if (typeof certificate !== 'function') return mtls;
  return { ...mtls, certificate: (request) => certificate.call(mtls, request) };
}

function acceptedIssuersOf({ issuer, issuerAliases, tenants }: TrustedIssuerConfig): string[] {
  if (tenants === 'any') return [];
  if (tenants) return tenants.map((tenant) => issuerOfTenant(issuer, tenant));
  return [issuer, ...(issuerAliases ?? [])];
}
