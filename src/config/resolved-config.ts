import type {
  AuditMode,
  AuthModuleConfig,
  AuthenticateHint,
  Disclosure,
  TokenSource,
  VerifiedTokenCacheConfig,
} from './auth-module-config.js';
import type { AuthObserver } from '../core/observability/auth-observer.js';
import { DEFAULTS } from './defaults.js';
import { acceptedAlgorithms } from './edwards-algorithms.js';
import type { HttpConfig } from './http-config.js';
import { metadataAddressOf, type ResourceMetadataConfig } from './resource-metadata-config.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import { issuerOfTenant } from './tenant-template.js';
import {
  type IdentityMapping,
  identityMapping,
  type ResolvedGrants,
  resolvedGrants,
} from './identity-mapping.js';
import { canonicalTokenType } from './token-type.js';
import type { OneFormOfKeys, RequiredClaim, TrustedIssuerConfig } from './trusted-issuer-config.js';

/** {@link HttpConfig} with its defaults applied. */
export type ResolvedHttpConfig = Required<
  Pick<HttpConfig, 'timeoutMs' | 'maxBytes' | 'allowInsecure'>
> &
  Pick<HttpConfig, 'headers' | 'fetch'>;

/** One trusted issuer with every default applied; nothing in it changes afterwards. */
export interface ResolvedTrustedIssuer {
  readonly issuer: string;
  /** `issuer` and its aliases. */
  readonly acceptedIssuers: readonly string[];
  readonly audience: ReadonlySet<string> | null;
  /** Of a template: what it stands for. {@link acceptedIssuers} is empty when that is `'any'`. */
  readonly tenants: readonly string[] | 'any' | undefined;
  /** The configuration this was made from. */
  readonly config: TrustedIssuerConfig;
  /** One form and no other, since that was judged. `undefined`: find the keys by discovery from `issuer`. */
  readonly keys: OneFormOfKeys | undefined;
  /** The `alg` values that tokens may have. */
  readonly algorithms: ReadonlySet<string>;
  /** Lower case, without `application/`. */
  readonly tokenTypes: ReadonlySet<string | null>;
  readonly clientIds: ReadonlySet<string> | undefined;
  readonly requiredClaims: readonly (readonly [name: string, expected: RequiredClaim])[];
  readonly clockToleranceSeconds: number;
  readonly maxTokenAgeSeconds: number | undefined;
  readonly identity: IdentityMapping;
  readonly mayGrant: ResolvedGrants | undefined;
  readonly http: ResolvedHttpConfig;
}

/** {@link IssuerResolutionConfig} with its defaults applied. */
export type ResolvedIssuerResolution = Required<Omit<IssuerResolutionConfig, 'origins'>> & {
  readonly origins: ReadonlySet<string>;
};

/** The module configuration with every default applied. */
export interface ResolvedAuthConfig {
  readonly issuers: readonly ResolvedTrustedIssuer[];
  /** For issuers that come later and name none. */
  readonly audience: AuthModuleConfig['audience'];
  readonly resolveIssuer: ResolvedIssuerResolution | undefined;
  readonly realm: string;
  readonly disclosure: Disclosure;
  readonly authenticateHint: AuthenticateHint;
  readonly errorReference: { readonly path: string; readonly url: string | undefined } | undefined;
  readonly problemDetails: boolean;
  readonly maxTokenBytes: number;
  readonly tokenSources: readonly TokenSource[];
  readonly verifiedTokenCache: Required<VerifiedTokenCacheConfig> | false;
  readonly isRevoked: AuthModuleConfig['isRevoked'];
  /** Where clients fetch the metadata document. */
  readonly resourceMetadata: string | undefined;
  /** What the metadata document says of the API. */
  readonly protectedResource: ResourceMetadataConfig | undefined;
  readonly audit: AuditMode;
  readonly warmUp: boolean;
  readonly observers: readonly AuthObserver[];
}

/** Applies the defaults to a configuration as {@link validateConfig} gave it. */
export function resolveConfig(config: AuthModuleConfig): ResolvedAuthConfig {
  const { isRevoked } = config;
  return {
    issuers: (config.issuers ?? []).map((entry) =>
      resolveTrustedIssuer(typeof entry === 'string' ? { issuer: entry } : entry, config.audience),
    ),
    audience: config.audience,
    resolveIssuer: config.resolveIssuer && resolveIssuerResolution(config.resolveIssuer),
    realm: config.realm ?? DEFAULTS.realm,
    disclosure: config.disclosure ?? DEFAULTS.disclosure,
    authenticateHint: config.authenticateHint ?? DEFAULTS.authenticateHint,
    errorReference: config.errorReference && {
      path: config.errorReference.path ?? DEFAULTS.errorReference.path,
      url: config.errorReference.url,
    },
    problemDetails: config.problemDetails ?? DEFAULTS.problemDetails,
    maxTokenBytes: config.maxTokenBytes ?? DEFAULTS.maxTokenBytes,
    tokenSources: config.tokenSources ?? DEFAULTS.tokenSources,
    verifiedTokenCache: config.verifiedTokenCache !== false && {
      maxEntries: config.verifiedTokenCache?.maxEntries ?? DEFAULTS.verifiedTokenCache.maxEntries,
      maxAgeSeconds:
        config.verifiedTokenCache?.maxAgeSeconds ?? DEFAULTS.verifiedTokenCache.maxAgeSeconds,
    },
    isRevoked: isRevoked && ((identity) => isRevoked.call(config, identity)),
    resourceMetadata: config.resourceMetadata && metadataAddressOf(config.resourceMetadata),
    protectedResource: config.resourceMetadata,
    audit: config.audit ?? DEFAULTS.audit,
    warmUp: config.warmUp ?? DEFAULTS.warmUp,
    observers: [config.observer ?? []].flat(),
  };
}

function resolveIssuerResolution(config: IssuerResolutionConfig): ResolvedIssuerResolution {
  const defaults = DEFAULTS.resolveIssuer;
  return {
    origins: new Set(config.origins),
    // Called on its object: a method in a literal may look at what stands beside it.
    resolve: (issuer) => config.resolve(issuer),
    maxEntries: config.maxEntries ?? defaults.maxEntries,
    maxAgeSeconds: config.maxAgeSeconds ?? defaults.maxAgeSeconds,
    missMaxAgeSeconds: config.missMaxAgeSeconds ?? defaults.missMaxAgeSeconds,
    timeoutMs: config.timeoutMs ?? defaults.timeoutMs,
  };
}

function tokenTypesOf(types: readonly (string | null)[]): ReadonlySet<string | null> {
  return new Set(types.map(canonicalTokenType));
}

const DEFAULT_TOKEN_TYPES = tokenTypesOf(DEFAULTS.tokenTypes);

/** Applies the defaults to one trusted issuer as `validateTrustedIssuer` gave it. */
export function resolveTrustedIssuer(
  config: TrustedIssuerConfig,
  moduleAudience: AuthModuleConfig['audience'],
): ResolvedTrustedIssuer {
  const audience = config.audience === undefined ? moduleAudience : config.audience;
  return {
    issuer: config.issuer,
    acceptedIssuers: acceptedIssuersOf(config),
    tenants: config.tenants,
    config,
    audience: audience == null ? null : new Set(listOf(audience)),
    keys: config.keys as OneFormOfKeys | undefined,
    algorithms: acceptedAlgorithms(config.algorithms ?? DEFAULTS.algorithms),
    tokenTypes: config.tokenTypes ? tokenTypesOf(config.tokenTypes) : DEFAULT_TOKEN_TYPES,
    clientIds: config.clientIds && new Set(config.clientIds),
    requiredClaims: Object.entries(config.requiredClaims ?? {}),
    clockToleranceSeconds: config.clockToleranceSeconds ?? DEFAULTS.clockToleranceSeconds,
    maxTokenAgeSeconds: config.maxTokenAgeSeconds,
    identity: identityMapping(config.identity),
    mayGrant: config.mayGrant && resolvedGrants(config.mayGrant),
    http: {
      timeoutMs: config.http?.timeoutMs ?? DEFAULTS.http.timeoutMs,
      maxBytes: config.http?.maxBytes ?? DEFAULTS.http.maxBytes,
      allowInsecure: config.http?.allowInsecure ?? DEFAULTS.http.allowInsecure,
      headers: config.http?.headers,
      fetch: config.http?.fetch,
    },
  };
}

function acceptedIssuersOf({ issuer, issuerAliases, tenants }: TrustedIssuerConfig): string[] {
  if (tenants === 'any') return [];
  if (tenants) return tenants.map((tenant) => issuerOfTenant(issuer, tenant));
  return [issuer, ...(issuerAliases ?? [])];
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
