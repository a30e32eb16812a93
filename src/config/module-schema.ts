import type { AuthModuleConfig, VerifiedTokenCacheConfig } from './auth-module-config.js';
import type { DpopConfig, DpopNonceConfig, MtlsConfig } from './binding-config.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import { BINDING_MODE, DEADLINE, IssuerKeysSchema, TrustedIssuerSchema } from './issuer-schema.js';
import {
  Nested,
  NestedList,
  NestedOrFalse,
  Option,
  type Options,
  Required,
  RequiredShared,
  Schema,
  Shared,
} from './option.js';
import * as relations from './relations.js';
import type {
  BackChannelLogoutConfig,
  RevocationConfig,
  SharedSignalsConfig,
  TransmitterConfig,
} from './revocation-config.js';
import * as addresses from './rules/addresses.js';
import * as binding from './rules/binding.js';
import * as claims from './rules/claims.js';
import * as metadata from './rules/metadata.js';
import * as objects from './rules/objects.js';
import * as requests from './rules/requests.js';
import {
  comparedString,
  isBoolean,
  isFunction,
  numberAboveZero,
  numberWithin,
  oneOf,
  oneOrList,
} from './rules/values.js';
import * as securityEvents from './security-events-relations.js';
import type { ErrorReferenceConfig, ResourceMetadataConfig } from './served-documents-config.js';

const RESOLVE = 'Give a function that is given an issuer and returns its terms, or undefined.';
const RESOURCE = 'Give the address clients use for this API, like "https://api.example.com".';
const SECONDS = numberAboveZero('Give the time in seconds.');
const ISSUER = 'Give the exact "iss" of its security event tokens.';
const AUDIENCE = 'Name what its tokens carry in "aud" for this API.';
const TRANSMITTERS = 'List at least one transmitter.';
const TRANSMITTER = 'issuer: "https://…", audience: "https://…"';
const SUBJECT_OF =
  'It is given a subject and returns { issuer, subject }, { issuer, sessionId }, undefined or null.';

/** The rules of {@link IssuerResolutionConfig}. */
export class IssuerResolutionSchema extends Schema implements Options<IssuerResolutionConfig> {
  @Required(addresses.origins, addresses.LIST_ORIGINS) readonly origins: unknown;
  @Required(isFunction(RESOLVE), RESOLVE) readonly resolve: unknown;
  @Option(numberWithin(1, 100_000, 'Give how many resolved issuers are kept.'))
  readonly maxEntries: unknown;
  @Option(SECONDS) readonly maxAgeSeconds: unknown;
  @Option(SECONDS) readonly missMaxAgeSeconds: unknown;
  @Option(DEADLINE) readonly timeoutMs: unknown;
}

/** The rules of {@link VerifiedTokenCacheConfig}. */
export class VerifiedTokenCacheSchema extends Schema implements Options<VerifiedTokenCacheConfig> {
  @Option(numberWithin(1, 1_000_000, 'Give the maximum number of tokens.'))
  readonly maxEntries: unknown;
  @Option(numberWithin(1, 86_400, 'Give the longest time in seconds.'))
  readonly maxAgeSeconds: unknown;
}

/** The rules of {@link RevocationConfig}. */
export class RevocationSchema extends Schema implements Options<RevocationConfig> {
  @RequiredShared(objects.store, objects.GIVE_STORE) readonly store: unknown;
  @Option(numberWithin(1, 86_400, 'Give the time in seconds.')) readonly maxStaleSeconds: unknown;
  @Option(oneOf('refuse', 'serve')) readonly whenStale: unknown;
  @Option(numberWithin(60, 315_360_000, 'Give the longest lifetime of a token in seconds.'))
  readonly maxTokenLifetimeSeconds: unknown;
}

/** The rules of {@link BackChannelLogoutConfig}. */
export class BackChannelLogoutSchema extends Schema implements Options<BackChannelLogoutConfig> {
  @Option(metadata.servedPath('/backchannel-logout')) readonly path: unknown;
}

/** The rules of {@link TransmitterConfig}. */
export class TransmitterSchema extends Schema implements Options<TransmitterConfig> {
  @Required(addresses.issuerName, ISSUER) readonly issuer: unknown;
  @Required(oneOrList(comparedString, 'Give one audience or a list of them.', AUDIENCE), AUDIENCE)
  readonly audience: unknown;
  @Nested(IssuerKeysSchema, 'jwksUri: "https://…"', relations.oneForm(IssuerKeysSchema))
  readonly keys: unknown;
  @Option(isFunction(SUBJECT_OF)) readonly subjectOf: unknown;
}

/** The rules of {@link SharedSignalsConfig}. */
export class SharedSignalsSchema extends Schema implements Options<SharedSignalsConfig> {
  @Option(metadata.servedPath('/ssf/events')) readonly path: unknown;
  @NestedList(TransmitterSchema, TRANSMITTERS, TRANSMITTER) readonly transmitters: unknown;
}

/** The rules of {@link MtlsConfig}. */
export class MtlsSchema extends Schema implements Options<MtlsConfig> {
  @Option(BINDING_MODE) readonly mode: unknown;
  @Option(binding.certificateSource, relations.certificateNamed) readonly certificate: unknown;
}

/** The rules of {@link DpopNonceConfig}. */
export class DpopNonceSchema extends Schema implements Options<DpopNonceConfig> {
  @Required(binding.nonceSecret, 'Make one: openssl rand -base64 48.') readonly secret: unknown;
  @Option(numberWithin(10, 3_600, 'Give the time in seconds for which a nonce is handed out.'))
  readonly ttlSeconds: unknown;
}

/** The rules of {@link DpopConfig}. */
export class DpopSchema extends Schema implements Options<DpopConfig> {
  @Option(BINDING_MODE) readonly mode: unknown;
  @Option(binding.origin) readonly origin: unknown;
  @Option(binding.paths) readonly paths: unknown;
  @Option(binding.proofAlgorithms) readonly algorithms: unknown;
  @Option(numberWithin(1, 3_600, 'Give the time in seconds for which a proof is valid.'))
  readonly maxAgeSeconds: unknown;
  @Option(numberWithin(0, 300, 'Give the time in seconds by which clocks may be ahead.'))
  readonly maxFutureSeconds: unknown;
  @Nested(DpopNonceSchema, 'secret') readonly nonce: unknown;
  @Shared(objects.replay) readonly replay: unknown;
}

/** The rules of {@link ErrorReferenceConfig}. */
export class ErrorReferenceSchema extends Schema implements Options<ErrorReferenceConfig> {
  @Option(metadata.servedPath('/errors')) readonly path: unknown;
  @Option(metadata.referenceUrl) readonly url: unknown;
}

/** The rules of {@link ResourceMetadataConfig}. */
export class ResourceMetadataSchema extends Schema implements Options<ResourceMetadataConfig> {
  @Required(metadata.resource, RESOURCE) readonly resource: unknown;
  @Option(metadata.documentUrl) readonly url: unknown;
  @Option(metadata.scopes) readonly scopesSupported: unknown;
  @Option(metadata.displayName) readonly resourceName: unknown;
  @Option(metadata.documentAddress) readonly resourceDocumentation: unknown;
  @Option(metadata.documentAddress) readonly resourcePolicyUri: unknown;
  @Option(metadata.documentAddress) readonly resourceTosUri: unknown;
}

/** The rules of {@link AuthModuleConfig}. */
export class AuthModuleSchema extends Schema implements Options<AuthModuleConfig> {
  @Nested(TrustedIssuerSchema, 'issuer: "https://…"', relations.issuersKnown)
  readonly issuers: unknown;
  @Nested(IssuerResolutionSchema, 'origins: ["https://…"], resolve')
  readonly resolveIssuer: unknown;
  @Option(claims.moduleAudience) readonly audience: unknown;
  @Option(claims.scopeImplies) readonly scopeImplies: unknown;
  @Option(metadata.realm) readonly realm: unknown;
  @Option(oneOf('detailed', 'minimal')) readonly disclosure: unknown;
  @Option(oneOf('always', 'auth_required')) readonly authenticateHint: unknown;
  @Nested(ErrorReferenceSchema, 'path: "/errors"') readonly errorReference: unknown;
  @Option(isBoolean) readonly problemDetails: unknown;
  @Option(numberWithin(256, 1_048_576, 'Give the longest token in bytes.'))
  readonly maxTokenBytes: unknown;
  @Option(requests.tokenSources) readonly tokenSources: unknown;
  @NestedOrFalse(VerifiedTokenCacheSchema, 'maxEntries: 10000')
  readonly verifiedTokenCache: unknown;
  @Option(oneOf('passport-jwt', 'node:crypto')) readonly signatureVerifier: unknown;
  @Option(isFunction('It is given an identity and returns whether it is revoked.'))
  readonly isRevoked: unknown;
  @Nested(RevocationSchema, 'store: new MemoryRevocationStore()') readonly revocation: unknown;
  @Option(claims.scopeMatcher) readonly scopeMatches: unknown;
  @Nested(MtlsSchema, 'mode: "allowed", certificate: "connection"') readonly mtls: unknown;
  @Nested(DpopSchema, 'mode: "allowed"', relations.originKnown) readonly dpop: unknown;
  @Nested(ResourceMetadataSchema, 'resource: "https://api.example.com"')
  readonly resourceMetadata: unknown;
  @Nested(
    BackChannelLogoutSchema,
    'path: "/backchannel-logout"',
    securityEvents.backChannelLogoutFits,
  )
  readonly backChannelLogout: unknown;
  @Nested(SharedSignalsSchema, 'transmitters: […]', securityEvents.sharedSignalsFit)
  readonly sharedSignals: unknown;
  @Option(isBoolean) readonly closeOnExpiry: unknown;
  @Option(oneOf('off', 'warn', 'error')) readonly audit: unknown;
  @Option(isBoolean) readonly warmUp: unknown;
  @Shared(objects.observers) readonly observer: unknown;
}
