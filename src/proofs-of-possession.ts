import type { FactoryProvider } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import type { ConnectionCheck } from './core/mtls/connection-check.js';
import type { ProofOfPossession, ProofsOfPossession } from './core/guard/token-binding.js';
import type { AuthEvents } from './core/observability/auth-events.js';
import type { Clock } from './core/util/clock.js';
import { TOKENS } from './core/util/di-tokens.js';

/** The ways to prove that a bound token is the caller's; each is loaded only where the configuration allows it. */
export const PROOFS_OF_POSSESSION: FactoryProvider<ProofsOfPossession> = {
  provide: TOKENS.proofsOfPossession,
  inject: [TOKENS.resolvedConfig, TOKENS.clock, TOKENS.events],
  // In the order in which they are checked: a DPoP proof is used up by that.
  useFactory: async (config: ResolvedAuthConfig, clock: Clock, events: AuthEvents) =>
    [await mtls(config), await dpop(config, clock, events)].filter((proof) => proof !== undefined),
};

async function mtls({ mtls: config }: ResolvedAuthConfig): Promise<ProofOfPossession | undefined> {
  if (config?.certificate === undefined) return undefined;
  const { CertificatePossession } = await import('./core/mtls/certificate-possession.js');
  return new CertificatePossession(config.certificate);
}

async function dpop(
  { dpop: config }: ResolvedAuthConfig,
  clock: Clock,
  events: AuthEvents,
): Promise<ProofOfPossession | undefined> {
  if (config === undefined) return undefined;
  const { createDpopPossession } = await import('./core/dpop/create-dpop-possession.js');
  return createDpopPossession(config, { clock, events });
}

/** Says at start when certificates are expected of connections that can have none. */
export const CONNECTION_CHECK: FactoryProvider<ConnectionCheck | undefined> = {
  provide: TOKENS.connectionCheck,
  inject: [TOKENS.resolvedConfig, TOKENS.adapterHost],
  useFactory: async (config: ResolvedAuthConfig, adapterHost: HttpAdapterHost) => {
    if (config.mtls?.certificate !== 'connection') return undefined;
    const { ConnectionCheck: Check } = await import('./core/mtls/connection-check.js');
    return new Check(() => (adapterHost as Partial<HttpAdapterHost>).httpAdapter?.getHttpServer());
  },
};
