import type { VerifiedTokenCacheConfig } from './auth-module-config.js';
import { ObeysIfGiven } from './configuration-rule.js';
import { numberWithin } from './rules/scalar.rules.js';
import { OptionsDto } from './options.dto.js';

/** The rules of {@link VerifiedTokenCacheConfig}. */
export class VerifiedTokenCacheDto
  extends OptionsDto
  implements Record<keyof VerifiedTokenCacheConfig, unknown>
{
  @ObeysIfGiven(numberWithin(1, 1_000_000, 'Give the greatest number of tokens.'))
  readonly maxEntries: unknown;

  @ObeysIfGiven(numberWithin(1, 86_400, 'Give the longest time in seconds.'))
  readonly maxAgeSeconds: unknown;
}
