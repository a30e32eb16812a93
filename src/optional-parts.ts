import type { FactoryProvider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import { TOKENS } from './di-tokens.js';
import type { ProtectedResourceEndpoint } from './metadata/protected-resource.endpoint.js';

/** Serves the metadata document; loaded only where the configuration asks for it. */
export const RESOURCE_METADATA: FactoryProvider<ProtectedResourceEndpoint | undefined> = {
  provide: TOKENS.resourceMetadata,
  inject: [TOKENS.resolvedConfig, HttpAdapterHost],
  useFactory: async (config: ResolvedAuthConfig, adapterHost: HttpAdapterHost) => {
    if (config.protectedResource === undefined) return undefined;
    const { ProtectedResourceEndpoint: Endpoint } =
      await import('./metadata/protected-resource.endpoint.js');
    return new Endpoint(config.protectedResource, config, adapterHost);
  },
};
