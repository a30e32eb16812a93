import type { FactoryProvider } from '@nestjs/common';
import type { ResolvedAuthConfig } from './config/resolved-config.js';
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
