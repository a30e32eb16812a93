import { ASYMMETRIC_ALGORITHMS } from '../core/jose/algorithm-names.js';
import { runtimeSupports } from '../core/jose/key-algorithms.js';
import type { AuthModuleConfig } from './auth-module-config.js';
import { DEFAULTS } from './defaults.js';
import type { DpopConfig, DpopMode, DpopNonceConfig, DpopPathPrefix } from './dpop-config.js';

/** {@link DpopConfig} with its defaults applied. */
export interface ResolvedDpop {
  /** Of issuers that do not say otherwise. */
  readonly mode: DpopMode;
  readonly origin: string;
  readonly paths: readonly DpopPathPrefix[];
  /** As they are told to clients. */
  readonly algorithms: readonly string[];
  readonly maxAgeSeconds: number;
  readonly maxFutureSeconds: number;
  readonly nonce: Required<DpopNonceConfig> | undefined;
  readonly replay: NonNullable<DpopConfig['replay']>;
  /** Whether every issuer demands it. */
  readonly isRequired: boolean;
}

/** Applies the defaults; `undefined` where no token can need a proof. */
export function resolveDpop(config: AuthModuleConfig): ResolvedDpop | undefined {
  const { dpop, resourceMetadata, issuers = [], resolveIssuer } = config;
  const own = issuers.map((issuer) => modeOf(typeof issuer === 'string' ? {} : issuer, config));
  const modes = resolveIssuer === undefined ? own : [...own, modeOf({}, config)];
  const origin = dpop?.origin ?? (resourceMetadata && new URL(resourceMetadata.resource).origin);
  // Issuers that come later may have another mode than those that are known.
  if (origin === undefined || (dpop === undefined && modes.every((mode) => mode === 'off')))
    return undefined;
  const { mode, maxAgeSeconds, maxFutureSeconds, replay } = { ...DEFAULTS.dpop, ...dpop };
  return {
    ...{ mode, origin, maxAgeSeconds, maxFutureSeconds, replay },
    paths: dpop?.paths ?? [],
    algorithms: dpop?.algorithms ?? ASYMMETRIC_ALGORITHMS.filter(runtimeSupports),
    nonce: dpop?.nonce && { ...DEFAULTS.dpopNonce, ...dpop.nonce },
    isRequired: modes.every((one) => one === 'required'),
  };
}

/** The mode of an issuer. */
export function modeOf(
  issuer: { readonly dpop?: DpopMode },
  module: { readonly dpop?: { readonly mode?: DpopMode } | undefined },
): DpopMode {
  return issuer.dpop ?? module.dpop?.mode ?? DEFAULTS.dpop.mode;
}
