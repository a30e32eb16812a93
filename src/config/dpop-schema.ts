import type { DpopConfig, DpopNonceConfig } from './dpop-config.js';
import { Nested, Option, type Options, Required, Schema, Shared } from './option.js';
import * as dpop from './rules/dpop.js';
import { numberWithin, oneOf } from './rules/values.js';

export const DPOP_MODES = oneOf('off', 'allowed', 'required');

/** The rules of {@link DpopNonceConfig}. */
export class DpopNonceSchema extends Schema implements Options<DpopNonceConfig> {
  @Required(dpop.nonceSecret, 'Make one: openssl rand -base64 48.') readonly secret: unknown;
  @Option(numberWithin(10, 3_600, 'Give in seconds how long a nonce is the newest.'))
  readonly ttlSeconds: unknown;
}

/** The rules of {@link DpopConfig}. */
export class DpopSchema extends Schema implements Options<DpopConfig> {
  @Option(DPOP_MODES) readonly mode: unknown;
  @Option(dpop.origin) readonly origin: unknown;
  @Option(dpop.paths) readonly paths: unknown;
  @Option(dpop.proofAlgorithms) readonly algorithms: unknown;
  @Option(numberWithin(1, 3_600, 'Give in seconds how long a proof is good.'))
  readonly maxAgeSeconds: unknown;
  @Option(numberWithin(0, 300, 'Give in seconds how far clocks may be ahead.'))
  readonly maxFutureSeconds: unknown;
  @Nested(DpopNonceSchema, 'secret') readonly nonce: unknown;
  @Shared(dpop.replay) readonly replay: unknown;
}
