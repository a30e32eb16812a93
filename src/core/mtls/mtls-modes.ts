import { DEFAULTS } from '../../config/defaults.js';
import type { MtlsMode } from '../../config/binding-config.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';

/** Whether the issuers want their tokens bound to certificates; without a listed one, what the module says. */
export function mtlsModesOf(
  trustedIssuers: TrustedIssuers,
  { mtls }: Pick<ResolvedAuthConfig, 'mtls'>,
): readonly MtlsMode[] {
  const ofModule = mtls?.mode ?? DEFAULTS.mtls.mode;
  const listed = trustedIssuers.list();
  return listed.length === 0 ? [ofModule] : listed.map((issuer) => issuer.mtls ?? ofModule);
}
