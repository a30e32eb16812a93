import type { FactoryProvider } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { errorReferencePath } from './application-presentation.js';
import type { StartUpAudit } from './audit/start-up.audit.js';
import { faultOfLoadedLater, isLoadedLater } from './auth.module-wiring.check.js';
import { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import { TOKENS } from './di-tokens.js';
import { GATEWAY_METADATA } from './gateway-metadata.js';
import type { ProtectedResourceEndpoint } from './metadata/protected-resource.endpoint.js';
import type { ErrorReferenceRoutes } from './reference/error-reference.routes.js';
import { TrustedIssuers } from './trust/trusted-issuers.js';

/** Serves the metadata document; loaded only where the configuration asks for it. */
export const RESOURCE_METADATA: FactoryProvider<ProtectedResourceEndpoint | undefined> = {
  provide: TOKENS.resourceMetadata,
  inject: [TOKENS.resolvedConfig, TrustedIssuers, HttpAdapterHost],
  useFactory: async (
    config: ResolvedAuthConfig,
    trustedIssuers: TrustedIssuers,
    adapterHost: HttpAdapterHost,
  ) => {
    if (config.protectedResource === undefined) return undefined;
    const { ProtectedResourceEndpoint: Endpoint } =
      await import('./metadata/protected-resource.endpoint.js');
    return new Endpoint(config.protectedResource, config, trustedIssuers, adapterHost);
  },
};

/**
 * Looks for handlers that are open by oversight; loaded only where the configuration asks for it, or where
 * every route was to be guarded and Nest may not see to it that gateways are.
 */
export const START_UP_AUDIT: FactoryProvider<StartUpAudit | undefined> = {
  provide: TOKENS.startUpAudit,
  inject: [
    TOKENS.resolvedConfig,
    ModulesContainer,
    ApplicationConfig,
    JwtAuthGuard,
    HttpAdapterHost,
    { token: TOKENS.guardsEveryRoute, optional: true },
  ],
  useFactory: async (
    config: ResolvedAuthConfig,
    modules: ModulesContainer,
    application: ApplicationConfig,
    guard: object,
    adapterHost: HttpAdapterHost,
    guardsEveryRoute?: boolean,
  ) => {
    const { audit } = config;
    if (audit !== 'off' && isLoadedLater(modules)) throw faultOfLoadedLater(`audit: '${audit}'`);
    if (audit === 'off' && !(guardsEveryRoute && hasGateway(modules))) return undefined;
    const [{ StartUpAudit: Audit }, { GuardFinder }] = await Promise.all([
      import('./audit/start-up.audit.js'),
      import('./audit/guard.finder.js'),
    ]);
    const guards = new GuardFinder(application, guard, adapterHost);
    const server = (): unknown =>
      (adapterHost as Partial<HttpAdapterHost>).httpAdapter?.getInstance<unknown>();
    return new Audit(config, modules, guards, application, server);
  },
};

function hasGateway(modules: ModulesContainer): boolean {
  const types = [...modules.values()].flatMap(({ providers }) =>
    [...providers.values()].map(({ metatype }) => metatype),
  );
  return types.some((type) => type && Reflect.getMetadata(GATEWAY_METADATA, type) === true);
}

/** Serves the error reference; loaded only where the configuration asks for it. */
export const ERROR_REFERENCE: FactoryProvider<ErrorReferenceRoutes | undefined> = {
  provide: TOKENS.errorReference,
  inject: [TOKENS.resolvedConfig, ApplicationConfig, HttpAdapterHost],
  useFactory: async (
    { errorReference }: ResolvedAuthConfig,
    application: ApplicationConfig,
    { httpAdapter }: HttpAdapterHost,
  ) => {
    if (errorReference === undefined) return undefined;
    const { ErrorReferenceRoutes: Routes } = await import('./reference/error-reference.routes.js');
    return new Routes(httpAdapter, () => errorReferencePath(errorReference.path, application));
  },
};
