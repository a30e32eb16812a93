import type {
  AuthModuleConfig,
  AuthenticateHint,
  Disclosure,
  TokenSource,
  VerifiedTokenCacheConfig,
} from './auth-module-config.js';
import { DEFAULTS } from './defaults.js';
import type { HttpConfig } from './http-config.js';
import type {
  IssuerKeysConfig,
  RequiredClaim,
  TrustedIssuerConfig,
} from './trusted-issuer-config.js';

/** The claim names an identity is read from, every one a list. */
export type IdentityMapping = Readonly<
  Record<'subject' | 'clientId' | 'scopes' | 'roles' | 'tenant', readonly string[]>
>;

/** {@link HttpConfig} with its defaults applied. */
export type ResolvedHttpConfig = Required<Pick<HttpConfig, 'timeoutMs' | 'maxBytes'>> &
  Pick<HttpConfig, 'headers' | 'fetch'>;

/** One trusted issuer with every default applied; nothing in it changes afterwards. */
export interface ResolvedTrustedIssuer {
  readonly issuer: string;
  /** `issuer` and its aliases. */
  readonly acceptedIssuers: readonly string[];
  readonly audience: ReadonlySet<string> | null;
  /** `undefined`: find the keys by discovery from `issuer`. */
  readonly keys: IssuerKeysConfig | undefined;
  readonly algorithms: ReadonlySet<string>;
  /** Lower case, without `application/`. */
  readonly tokenTypes: ReadonlySet<string | null>;
  readonly clientIds: ReadonlySet<string> | undefined;
  readonly requiredClaims: readonly (readonly [name: string, expected: RequiredClaim])[];
  readonly clockToleranceSeconds: number;
  readonly maxTokenAgeSeconds: number | undefined;
  readonly identity: IdentityMapping;
  readonly http: ResolvedHttpConfig;
}

/** The module configuration with every default applied. */
export interface ResolvedAuthConfig {
  readonly issuers: readonly ResolvedTrustedIssuer[];
  readonly realm: string;
  readonly disclosure: Disclosure;
  readonly authenticateHint: AuthenticateHint;
  readonly maxTokenBytes: number;
  readonly tokenSources: readonly TokenSource[];
  readonly verifiedTokenCache: Required<VerifiedTokenCacheConfig> | false;
  readonly isRevoked: AuthModuleConfig['isRevoked'];
}

/** Applies the defaults to a configuration that {@link validateConfig} found sound. */
export function resolveConfig(config: AuthModuleConfig): ResolvedAuthConfig {
  return {
    issuers: config.issuers.map((entry) =>
      resolveTrustedIssuer(typeof entry === 'string' ? { issuer: entry } : entry, config.audience),
    ),
    realm: config.realm ?? DEFAULTS.realm,
    disclosure: config.disclosure ?? DEFAULTS.disclosure,
    authenticateHint: config.authenticateHint ?? DEFAULTS.authenticateHint,
    maxTokenBytes: config.maxTokenBytes ?? DEFAULTS.maxTokenBytes,
    tokenSources: config.tokenSources ?? DEFAULTS.tokenSources,
    verifiedTokenCache: config.verifiedTokenCache !== false && {
      maxEntries: config.verifiedTokenCache?.maxEntries ?? DEFAULTS.verifiedTokenCache.maxEntries,
      maxAgeSeconds:
        config.verifiedTokenCache?.maxAgeSeconds ?? DEFAULTS.verifiedTokenCache.maxAgeSeconds,
    },
    isRevoked: config.isRevoked,
  };
}

/** Applies the defaults to one sound trusted issuer. */
export function resolveTrustedIssuer(
  config: TrustedIssuerConfig,
  moduleAudience: AuthModuleConfig['audience'],
): ResolvedTrustedIssuer {
  const audience = config.audience === undefined ? moduleAudience : config.audience;
  return {
    issuer: config.issuer,
    acceptedIssuers: [config.issuer, ...(config.issuerAliases ?? [])],
    audience: audience == null ? null : new Set(listOf(audience)),
    keys: config.keys && withoutAbsent(config.keys),
    algorithms: new Set(config.algorithms ?? DEFAULTS.algorithms),
    tokenTypes: new Set((config.tokenTypes ?? DEFAULTS.tokenTypes).map(canonicalTokenType)),
    clientIds: config.clientIds && new Set(config.clientIds),
    requiredClaims: Object.entries(config.requiredClaims ?? {}),
    clockToleranceSeconds: config.clockToleranceSeconds ?? DEFAULTS.clockToleranceSeconds,
    maxTokenAgeSeconds: config.maxTokenAgeSeconds,
    identity: {
      subject: listOf(config.identity?.subject ?? DEFAULTS.identity.subject),
      clientId: listOf(config.identity?.clientId ?? DEFAULTS.identity.clientId),
      scopes: listOf(config.identity?.scopes ?? DEFAULTS.identity.scopes),
      roles: listOf(config.identity?.roles ?? DEFAULTS.identity.roles),
      tenant: listOf(config.identity?.tenant ?? DEFAULTS.identity.tenant),
    },
    http: {
      timeoutMs: config.http?.timeoutMs ?? DEFAULTS.http.timeoutMs,
      maxBytes: config.http?.maxBytes ?? DEFAULTS.http.maxBytes,
      headers: config.http?.headers,
      fetch: config.http?.fetch,
    },
  };
}

/** A `typ` value in the one form in which it is compared (RFC 7515 section 4.1.9). */
export function canonicalTokenType(type: string | null): string | null {
  return type === null ? null : type.toLowerCase().replace(/^application\//, '');
}

/** An option given as `undefined` counts as not given, so that the one form of keys stands alone. */
function withoutAbsent(keys: IssuerKeysConfig): IssuerKeysConfig {
  const given = Object.entries(keys).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as IssuerKeysConfig;
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
