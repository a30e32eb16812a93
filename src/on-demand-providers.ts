import type { FactoryProvider } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { belowGlobalPrefix } from './core/refusals/application-presentation.js';
import type { SignatureVerifier } from './core/jwt/signature-verifier.js';
import type { StartUpAudit } from './core/on-demand/audit/start-up-audit.js';
import { faultOfLoadedLater, isLoadedLater } from './wiring-check.js';
import { JwtAuthGuard } from './core/guard/jwt-auth.guard.js';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import { TOKENS } from './core/util/di-tokens.js';
import { classesIn, methodsOf } from './core/enforcement/classes-in-modules.js';
import { isMessageHandler, mcpPatternOf } from './core/enforcement/handler-kinds.js';
import type { DemandRules } from './core/authorization/check-requirements.js';
import type { McpDemands } from './core/on-demand/mcp/mcp-demands.js';
import type { ProtectedResourceEndpoint } from './core/on-demand/resource-metadata/protected-resource-endpoint.js';
import type { ErrorReferenceRoutes } from './core/on-demand/error-reference/error-reference-routes.js';
import { TrustedIssuers } from './core/issuers/trusted-issuers.js';
import type { AuthEvents } from './core/observability/auth-events.js';
import type { RevocationList } from './core/revocation/revocation-list.js';
import type { Clock } from './core/util/clock.js';

/** Verifies signatures; of the ways to do that, only the one that is configured is loaded, and its packages. */
export const SIGNATURE_VERIFIER: FactoryProvider<SignatureVerifier> = {
  provide: TOKENS.signatureVerifier,
  inject: [TOKENS.resolvedConfig],
  useFactory: async ({ signatureVerifier }: ResolvedAuthConfig) => {
    if (signatureVerifier === 'node:crypto') {
      const { NodeCryptoSignatureVerifier } =
        await import('./core/jwt/node-crypto-signature-verifier.js');
      return new NodeCryptoSignatureVerifier();
    }
    const { PassportSignatureVerifier } =
      await import('./core/passport/passport-signature-verifier.js');
    // Not by its class: Nest would replace the options of what extends AuthGuard().
    return new PassportSignatureVerifier();
  },
};

/** Serves the metadata document; loaded only where the configuration asks for it. */
export const RESOURCE_METADATA: FactoryProvider<ProtectedResourceEndpoint | undefined> = {
  provide: TOKENS.resourceMetadata,
  inject: [TOKENS.resolvedConfig, TrustedIssuers, TOKENS.adapterHost],
  useFactory: async (
    config: ResolvedAuthConfig,
    trustedIssuers: TrustedIssuers,
    adapterHost: HttpAdapterHost,
  ) => {
    if (config.protectedResource === undefined) return undefined;
    const { ProtectedResourceEndpoint: Endpoint } =
      await import('./core/on-demand/resource-metadata/protected-resource-endpoint.js');
    return new Endpoint(config.protectedResource, config, trustedIssuers, adapterHost);
  },
};

/**
 * Looks for handlers that are open by oversight; loaded only where the configuration asks for it, or where
 * there are message handlers, which Nest may keep from guards for the whole application.
 */
export const START_UP_AUDIT: FactoryProvider<StartUpAudit | undefined> = {
  provide: TOKENS.startUpAudit,
  inject: [
    TOKENS.resolvedConfig,
    TOKENS.modules,
    TOKENS.application,
    JwtAuthGuard,
    TOKENS.adapterHost,
  ],
  useFactory: async (
    config: ResolvedAuthConfig,
    modules: ModulesContainer,
    application: ApplicationConfig,
    guard: object,
    adapterHost: HttpAdapterHost,
  ) => {
    const { audit } = config;
    if (audit !== 'off' && isLoadedLater(modules)) throw faultOfLoadedLater(`audit: '${audit}'`);
    if (audit === 'off' && !hasHandler(modules, isMessageHandler)) return undefined;
    const [{ StartUpAudit: Audit }, { GuardFinder }] = await Promise.all([
      import('./core/on-demand/audit/start-up-audit.js'),
      import('./core/on-demand/audit/guard-finder.js'),
    ]);
    const guards = new GuardFinder(application, guard, adapterHost);
    const server = (): unknown =>
      (adapterHost as Partial<HttpAdapterHost>).httpAdapter?.getInstance<unknown>();
    return new Audit(config, modules, guards, application, server);
  },
};

/**
 * Looks after the tools, resources and prompts of MCP-Nest; loaded only where there are any. Its servers are
 * told of when they are connected.
 */
export const MCP_DEMANDS: FactoryProvider<McpDemands | undefined> = {
  provide: TOKENS.mcpDemands,
  inject: [TOKENS.modules, TOKENS.demandRules],
  useFactory: async (modules: ModulesContainer, rules: DemandRules) => {
    if (!hasHandler(modules, (method) => mcpPatternOf(method) !== undefined)) return undefined;
    const { mcpDemandsOf } = await import('./core/on-demand/mcp/mcp-demands-of.js');
    return mcpDemandsOf(modules, rules);
  },
};

function hasHandler(modules: ModulesContainer, isSought: (method: Function) => boolean): boolean {
  return classesIn(modules).some(({ type }) =>
    methodsOf(type).some(({ method }) => isSought(method)),
  );
}

/** Remembers what was revoked; loaded only where the configuration asks for it. */
export const REVOCATION_LIST: FactoryProvider<RevocationList | undefined> = {
  provide: TOKENS.revocationList,
  inject: [TOKENS.resolvedConfig, TrustedIssuers, TOKENS.events, TOKENS.clock],
  useFactory: async (
    { revocation: config }: ResolvedAuthConfig,
    trustedIssuers: TrustedIssuers,
    events: AuthEvents,
    clock: Clock,
  ) => {
    if (config === undefined) return undefined;
    const { RevocationList: List } = await import('./core/revocation/revocation-list.js');
    return new List({ config, trustedIssuers, events, clock });
  },
};

/** Serves the error reference; loaded only where the configuration asks for it. */
export const ERROR_REFERENCE: FactoryProvider<ErrorReferenceRoutes | undefined> = {
  provide: TOKENS.errorReference,
  inject: [TOKENS.resolvedConfig, TOKENS.application, TOKENS.adapterHost],
  useFactory: async (
    { errorReference }: ResolvedAuthConfig,
    application: ApplicationConfig,
    { httpAdapter }: HttpAdapterHost,
  ) => {
    if (errorReference === undefined) return undefined;
    const { ErrorReferenceRoutes: Routes } =
      await import('./core/on-demand/error-reference/error-reference-routes.js');
    return new Routes(httpAdapter, () => belowGlobalPrefix(errorReference.path, application));
  },
};
