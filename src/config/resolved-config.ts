import { ASYMMETRIC_ALGORITHMS } from '../core/jose/algorithm-names.js';
import { runtimeSupports } from '../core/jose/key-algorithms.js';
import type { AuthObserver } from '../core/observability/auth-observer.js';
import type {
  AuditMode,
  AuthModuleConfig,
  AuthenticateHint,
  Disclosure,
  SignatureVerifierName,
  VerifiedTokenCacheConfig,
} from './auth-module-config.js';
import { DEFAULTS, MODULE_DEFAULTS } from './defaults.js';
import type {
  DpopConfig,
  DpopMode,
  DpopNonceConfig,
  DpopPathPrefix,
  MtlsConfig,
} from './binding-config.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import { type IssuerPolicy, modeOf, resolveTrustedIssuer } from './resolved-issuer.js';
import type {
  BackChannelLogoutConfig,
  RevocationConfig,
  SharedSignalsConfig,
} from './revocation-config.js';
import { metadataAddressOf, type ResourceMetadataConfig } from './served-documents-config.js';
import { type TokenSource, tokenSourceInLowerCase } from './token-source.js';

/** {@link IssuerResolutionConfig} with its defaults applied. */
export type ResolvedIssuerResolution = Required<Omit<IssuerResolutionConfig, 'origins'>> & {
  readonly origins: ReadonlySet<string>;
};

/** {@link DpopConfig} with its defaults applied. */
export interface ResolvedDpop {
  /** Of issuers that do not say otherwise. */
  readonly mode: DpopMode;
  readonly origin: string;
  readonly paths: readonly DpopPathPrefix[];
  /** As they are told to clients. */
  readonly algorithms: readonly string[];
  readonly maxAgeSeconds: number;
  readonly maxFutureSeconds: number;
  readonly nonce: Required<DpopNonceConfig> | undefined;
  readonly replay: NonNullable<DpopConfig['replay']>;
  /** Whether every issuer demands it. */
  readonly isRequired: boolean;
}

/** {@link RevocationConfig} with its defaults applied. */
export type ResolvedRevocation = Required<RevocationConfig>;

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

/** Called on its object: a method in a literal may look at what is beside it. */
function boundMtls(mtls: MtlsConfig): MtlsConfig {
  const { certificate } = mtls;
  if (typeof certificate !== 'function') return mtls;
  return { ...mtls, certificate: (request) => certificate.call(mtls, request) };
}

/** Applies the defaults; `undefined` where no token can need a proof. */
function resolveDpop(config: AuthModuleConfig): ResolvedDpop | undefined {
  const { dpop, resourceMetadata, issuers = [], resolveIssuer } = config;
  const own = issuers.map((issuer) => modeOf(typeof issuer === 'string' ? {} : issuer, config));
  const modes = resolveIssuer === undefined ? own : [...own, modeOf({}, config)];
  const origin = dpop?.origin ?? (resourceMetadata && new URL(resourceMetadata.resource).origin);
  // Issuers that come later may have another mode than those that are known.
  if (origin === undefined || (dpop === undefined && modes.every((mode) => mode === 'off')))
    return undefined;
  const { mode, maxAgeSeconds, maxFutureSeconds, replay } = { ...DEFAULTS.dpop, ...dpop };
  return {
    ...{ mode, origin, maxAgeSeconds, maxFutureSeconds, replay },
    paths: dpop?.paths ?? [],
    algorithms: dpop?.algorithms ?? ASYMMETRIC_ALGORITHMS.filter(runtimeSupports),
    nonce: dpop?.nonce && { ...DEFAULTS.dpopNonce, ...dpop.nonce },
    isRequired: modes.every((one) => one === 'required'),
  };
}
