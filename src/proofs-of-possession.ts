import type { FactoryProvider } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
import type { ConnectionCheck } from './core/mtls/connection-check.js';
import type { ProofOfPossession, ProofsOfPossession } from './core/guard/token-binding.js';
import { TOKENS } from './core/util/di-tokens.js';

/** The ways to prove that a bound token is the caller's; each is loaded only where the configuration allows it. */
export const PROOFS_OF_POSSESSION: FactoryProvider<ProofsOfPossession> = {
  provide: TOKENS.proofsOfPossession,
  inject: [TOKENS.resolvedConfig],
  // In the order in which they are checked.
  useFactory: async (config: ResolvedAuthConfig) =>
    [await mtls(config)].filter((proof) => proof !== undefined),
};

async function mtls({ mtls: config }: ResolvedAuthConfig): Promise<ProofOfPossession | undefined> {
  if (config?.certificate === undefined) return undefined;
  const { CertificatePossession } = await import('./core/mtls/certificate-possession.js');
  return new CertificatePossession(config.certificate);
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
