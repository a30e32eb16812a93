import { DEFAULTS } from '../../config/defaults.js';
import type { MtlsMode } from '../../config/binding-config.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';

/**
 * Whether the issuers want their tokens bound to certificates: those that are listed, and those that may come,
 * which have the mode of the module unless they say otherwise.
 */
export function mtlsModesOf(
  trustedIssuers: TrustedIssuers,
  { mtls, resolveIssuer }: Pick<ResolvedAuthConfig, 'mtls' | 'resolveIssuer'>,
): readonly MtlsMode[] {
  const modes = trustedIssuers
    .listed()
    .all()
    .map(({ policy }) => policy.mtls);
  const othersMayCome = resolveIssuer !== undefined || modes.length === 0;
  return othersMayCome ? [...modes, mtls?.mode ?? DEFAULTS.mtls.mode] : modes;
}
