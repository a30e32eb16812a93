import { DEFAULTS } from './defaults.js';
import type { IntrospectionAuthentication, IntrospectionConfig } from './introspection-config.js';

/** {@link IntrospectionConfig} with its defaults applied. */
export type ResolvedIntrospection = IntrospectionConfig &
  Required<Pick<IntrospectionConfig, keyof typeof DEFAULTS.introspection>> & {
    readonly authentication: IntrospectionAuthentication;
  };

/** What introspection is configured to be, after it was validated. */
export function resolvedIntrospection(config: IntrospectionConfig): ResolvedIntrospection {
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
