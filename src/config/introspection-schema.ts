import type { IntrospectionConfig } from './introspection-config.js';
import * as introspected from './introspection-relations.js';
import { Option, type Options, Schema } from './option.js';
import * as addresses from './rules/addresses.js';
import * as introspection from './rules/introspection.js';
import * as secrets from './rules/secrets.js';
import { comparedString, isFunction, numberWithin, oneOf } from './rules/values.js';

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
  @Option(isFunction('It gives the access token for the next call.')) readonly bearerToken: unknown;
  @Option(oneOf(...introspected.AUTHENTICATIONS)) readonly authentication: unknown;
  @Option(introspection.tokenPrefix, introspected.prefixIsOnlyOne) readonly tokenPrefix: unknown;
  @Option(oneOf('opaque', 'always')) readonly mode: unknown;
  @Option(numberWithin(0, 86_400, 'Give the longest time in seconds.'))
  readonly maxAgeSeconds: unknown;
  @Option(numberWithin(1, 10_000, 'Give how many calls may be under way.'))
  readonly maxConcurrent: unknown;
  @Option(oneOf('off', 'accepted', 'required')) readonly signedAnswers: unknown;
}
