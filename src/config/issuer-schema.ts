import type { HttpConfig } from './http-config.js';
import type { GrantLimitsConfig, IdentityMappingConfig } from './identity-mapping-config.js';
import type { IntrospectionConfig } from './introspection-config.js';
import * as introspected from './introspection-relations.js';
import type { IssuerKeyForms } from './issuer-keys-config.js';
import { Nested, Option, type Options, Required, Schema } from './option.js';
import * as relations from './relations.js';
import * as addresses from './rules/addresses.js';
import * as claims from './rules/claims.js';
import * as introspection from './rules/introspection.js';
import * as keys from './rules/keys.js';
import * as requests from './rules/requests.js';
import * as secrets from './rules/secrets.js';
import {
  comparedString,
  isBoolean,
  isFunction,
  numberAboveZero,
  numberWithin,
  oneOf,
} from './rules/values.js';
import type { LogoutSenderConfig } from './revocation-config.js';
import { logoutSenderFits } from './security-events-relations.js';
import type { TrustedIssuerConfig } from './trusted-issuer-config.js';

const ISSUER = 'Give the exact "iss" of its tokens; is an environment variable not set?';
const CLIENT = 'Name the client that is registered at the issuer, like "notes".';

/** Of calls to an issuer, by whatever part of the module. */
export const DEADLINE = numberWithin(1, 60_000, 'Give the deadline in milliseconds.');

/** Whether tokens are bound to something that their callers have. */
export const BINDING_MODE = oneOf('off', 'allowed', 'required');

/** The rules of {@link HttpConfig}. */
export class HttpSchema extends Schema implements Options<HttpConfig> {
  @Option(DEADLINE) readonly timeoutMs: unknown;
  @Option(requests.headers) readonly headers: unknown;
  @Option(isFunction('Give one that works like the built-in fetch.')) readonly fetch: unknown;
  @Option(numberWithin(1_024, 16_777_216, 'Give the largest body in bytes.'))
  readonly maxBytes: unknown;
  @Option(isBoolean) readonly allowInsecure: unknown;
}

/** The rules of {@link IssuerKeyForms}. */
export class IssuerKeysSchema extends Schema implements Options<IssuerKeyForms> {
  @Option(addresses.address, relations.keysSecure) readonly discovery: unknown;
  @Option(addresses.addresses, relations.keysSecure) readonly jwksUri: unknown;
  @Option(keys.jwkSet) readonly jwks: unknown;
  @Option(keys.publicKeys) readonly publicKey: unknown;
  @Option(secrets.sharedSecret, relations.secretFits) readonly secret: unknown;
  @Option(keys.jwksFile) readonly jwksFile: unknown;
  @Option(addresses.addressByKeyId, relations.keysSecure) readonly publicKeyUri: unknown;
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

/** The rules of {@link IntrospectionConfig}. */
export class IntrospectionSchema extends Schema implements Options<IntrospectionConfig> {
  @Option(addresses.address, introspected.endpointSecure) readonly endpoint: unknown;
  @Option(comparedString) readonly clientId: unknown;
  @Option(introspection.clientSecret) readonly clientSecret: unknown;
  @Option(introspection.privateKey) readonly privateKey: unknown;
  @Option(comparedString) readonly privateKeyId: unknown;
  @Option(secrets.algorithm, introspected.assertionAlgorithmFits)
  readonly assertionAlgorithm: unknown;
  @Option(comparedString) readonly assertionAudience: unknown;
  @Option(isFunction('It returns the access token for the next call.'))
  readonly bearerToken: unknown;
  @Option(oneOf(...introspected.AUTHENTICATIONS)) readonly authentication: unknown;
  @Option(introspection.tokenPrefix, introspected.prefixIsOnlyOne) readonly tokenPrefix: unknown;
  @Option(oneOf('opaque', 'always')) readonly mode: unknown;
  @Option(numberWithin(0, 86_400, 'Give the longest time in seconds.'))
  readonly maxAgeSeconds: unknown;
  @Option(numberWithin(1, 10_000, 'Give how many calls may run at the same time.'))
  readonly maxConcurrent: unknown;
  @Option(oneOf('off', 'accepted', 'required')) readonly signedAnswers: unknown;
}

/** The rules of {@link LogoutSenderConfig}. */
export class LogoutSenderSchema extends Schema implements Options<LogoutSenderConfig> {
  @Required(comparedString, CLIENT) readonly clientId: unknown;
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
  @Option(numberAboveZero('Give the maximum age in seconds, or leave the option out.'))
  readonly maxTokenAgeSeconds: unknown;
  @Nested(IdentityMappingSchema, 'roles: "groups"') readonly identity: unknown;
  @Nested(GrantLimitsSchema, 'roles: ["partner:*"]') readonly mayGrant: unknown;
  @Option(claims.scopeImplies) readonly scopeImplies: unknown;
  @Option(BINDING_MODE, relations.certificateKnown) readonly mtls: unknown;
  @Option(BINDING_MODE, relations.moduleHasOrigin) readonly dpop: unknown;
  @Option(comparedString) readonly name: unknown;
  @Nested(IntrospectionSchema, 'clientId: "api", clientSecret', introspected.introspectionFits)
  readonly introspection: unknown;
  @Nested(HttpSchema, 'timeoutMs: 5000') readonly http: unknown;
  @Nested(LogoutSenderSchema, 'clientId: "notes"', logoutSenderFits)
  readonly backChannelLogout: unknown;
}
