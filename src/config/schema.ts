import type { AuthModuleConfig } from './auth-module-config.js';
import { DPOP_MODES, DpopSchema } from './dpop-schema.js';
import type { ErrorReferenceConfig } from './error-reference-config.js';
import type { HttpConfig } from './http-config.js';
import type { GrantLimitsConfig, IdentityMappingConfig } from './identity-mapping-config.js';
import { IssuerKeysSchema } from './issuer-keys-schema.js';
import { introspectionFits } from './introspection-relations.js';
import { IntrospectionSchema } from './introspection-schema.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import {
  Nested,
  NestedOrFalse,
  Option,
  type Options,
  Required,
  RequiredShared,
  Schema,
  Shared,
} from './option.js';
import * as relations from './relations.js';
import type { ResourceMetadataConfig } from './resource-metadata-config.js';
import type { RevocationConfig } from './revocation-config.js';
import * as addresses from './rules/addresses.js';
import * as claims from './rules/claims.js';
import * as certificates from './rules/client-certificates.js';
import type { MtlsConfig } from './mtls-config.js';
import * as dpop from './rules/dpop.js';
import * as metadata from './rules/metadata.js';
import * as requests from './rules/requests.js';
import * as revocation from './rules/revocation.js';
import * as secrets from './rules/secrets.js';
import {
  comparedString,
  isBoolean,
  isFunction,
  numberAboveZero,
  numberWithin,
  oneOf,
} from './rules/values.js';
import {
  BackChannelLogoutSchema,
  LogoutSenderSchema,
  SharedSignalsSchema,
} from './security-events-schema.js';
import * as securityEvents from './security-events-relations.js';
import type { TrustedIssuerConfig } from './trusted-issuer-config.js';
import type { VerifiedTokenCacheConfig } from './verified-token-cache-config.js';

const ISSUER = 'Give the exact "iss" of its tokens; is an environment variable not set?';
const RESOLVE = 'Give a function that is given an issuer and returns its terms, or undefined.';
const RESOURCE = 'Give the address clients use for this API, like "https://api.example.com".';
const SECONDS = numberAboveZero('Give the time in seconds.');
const BINDING_MODE = oneOf('off', 'allowed', 'required');
const DEADLINE = numberWithin(1, 60_000, 'Give the deadline in milliseconds.');

/** The rules of {@link HttpConfig}. */
export class HttpSchema extends Schema implements Options<HttpConfig> {
  @Option(DEADLINE) readonly timeoutMs: unknown;
  @Option(requests.headers) readonly headers: unknown;
  @Option(isFunction('Give one that works like the built-in fetch.')) readonly fetch: unknown;
  @Option(numberWithin(1_024, 16_777_216, 'Give the greatest body in bytes.'))
  readonly maxBytes: unknown;
  @Option(isBoolean) readonly allowInsecure: unknown;
}

/** The rules of {@link IdentityMappingConfig}. */
export class IdentityMappingSchema extends Schema implements Options<IdentityMappingConfig> {
  @Option(claims.claimNamesOrFunction) readonly subject: unknown;
  @Option(claims.claimNames) readonly clientId: unknown;
  @Option(claims.claimNamesOrFunction) readonly scopes: unknown;
  @Option(claims.rolePlaces) readonly roles: unknown;
  @Option(claims.claimNames) readonly tenant: unknown;
}

/** The rules of {@link GrantLimitsConfig}. */
export class GrantLimitsSchema extends Schema implements Options<GrantLimitsConfig> {
  @Option(claims.grantLimit) readonly scopes: unknown;
  @Option(claims.grantLimit) readonly roles: unknown;
}

/** The rules of {@link TrustedIssuerConfig}. */
export class TrustedIssuerSchema extends Schema implements Options<TrustedIssuerConfig> {
  @Required(addresses.issuerName, ISSUER, relations.issuerFits) readonly issuer: unknown;
  @Option(addresses.issuerAliases, relations.aliasesFit) readonly issuerAliases: unknown;
  @Option(addresses.tenants, relations.tenantsFit) readonly tenants: unknown;
  @Option(claims.issuerAudience, relations.audienceFits) readonly audience: unknown;
  @Option(claims.allowedPlaceholders, relations.placeholdersFit)
  readonly allowPlaceholderAudience: unknown;
  @Nested(IssuerKeysSchema, 'jwksUri: "https://…"', relations.oneForm(IssuerKeysSchema))
  readonly keys: unknown;
  @Option(secrets.algorithms, relations.algorithmsFit) readonly algorithms: unknown;
  @Option(claims.tokenTypes) readonly tokenTypes: unknown;
  @Option(claims.requiredHeader) readonly requiredHeader: unknown;
  @Option(isBoolean) readonly allowPadding: unknown;
  @Option(claims.clientIds) readonly clientIds: unknown;
  @Option(claims.requiredClaims) readonly requiredClaims: unknown;
  @Option(numberWithin(0, 300, 'Give the tolerance in seconds.'))
  readonly clockToleranceSeconds: unknown;
  @Option(numberAboveZero('Give the greatest age in seconds, or leave the option out.'))
  readonly maxTokenAgeSeconds: unknown;
  @Nested(IdentityMappingSchema, 'roles: "groups"') readonly identity: unknown;
  @Nested(GrantLimitsSchema, 'roles: ["partner:*"]') readonly mayGrant: unknown;
  @Option(claims.scopeImplies) readonly scopeImplies: unknown;
  @Option(BINDING_MODE, relations.certificateKnown) readonly mtls: unknown;
  @Option(DPOP_MODES, dpop.moduleHasOrigin) readonly dpop: unknown;
  @Option(comparedString) readonly name: unknown;
  @Nested(IntrospectionSchema, 'clientId: "api", clientSecret', introspectionFits)
  readonly introspection: unknown;
  @Nested(HttpSchema, 'timeoutMs: 5000') readonly http: unknown;
  @Nested(LogoutSenderSchema, 'clientId: "notes"', securityEvents.logoutSenderFits)
  readonly backChannelLogout: unknown;
}

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

/** The rules of {@link ErrorReferenceConfig}. */
export class ErrorReferenceSchema extends Schema implements Options<ErrorReferenceConfig> {
  @Option(metadata.servedPath('/errors')) readonly path: unknown;
  @Option(metadata.referenceUrl) readonly url: unknown;
}

/** The rules of {@link MtlsConfig}. */
export class MtlsSchema extends Schema implements Options<MtlsConfig> {
  @Option(BINDING_MODE) readonly mode: unknown;
  @Option(certificates.certificateSource, relations.certificateNamed) readonly certificate: unknown;
}

/** The rules of {@link VerifiedTokenCacheConfig}. */
export class VerifiedTokenCacheSchema extends Schema implements Options<VerifiedTokenCacheConfig> {
  @Option(numberWithin(1, 1_000_000, 'Give the greatest number of tokens.'))
  readonly maxEntries: unknown;
  @Option(numberWithin(1, 86_400, 'Give the longest time in seconds.'))
  readonly maxAgeSeconds: unknown;
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

/** The rules of {@link RevocationConfig}. */
export class RevocationSchema extends Schema implements Options<RevocationConfig> {
  @RequiredShared(revocation.store, revocation.GIVE_STORE) readonly store: unknown;
  @Option(numberWithin(1, 86_400, 'Give the time in seconds.')) readonly maxStaleSeconds: unknown;
  @Option(oneOf('refuse', 'serve')) readonly whenStale: unknown;
  @Option(numberWithin(60, 315_360_000, 'Give the greatest lifetime of a token in seconds.'))
  readonly maxTokenLifetimeSeconds: unknown;
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
  @Nested(DpopSchema, 'mode: "allowed"', dpop.originKnown) readonly dpop: unknown;
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
  @Shared(requests.observers) readonly observer: unknown;
}
