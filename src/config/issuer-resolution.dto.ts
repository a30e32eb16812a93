import { finding, Obeys, ObeysIfGiven } from './configuration-rule.js';
import type { IssuerResolutionConfig } from './issuer-resolution-config.js';
import { originsFindings } from './rules/origin.rules.js';
import { isFunction, numberAboveZero, numberWithin } from './rules/scalar.rules.js';
import { OptionsDto } from './options.dto.js';

const RESOLVE = 'Give a function that is given an issuer and returns its terms, or undefined.';

/** The rules of {@link IssuerResolutionConfig}. */
export class IssuerResolutionDto
  extends OptionsDto
  implements Record<keyof IssuerResolutionConfig, unknown>
{
  @Obeys(originsFindings)
  readonly origins: unknown;

  @Obeys(function* (value, dto) {
    if (value === undefined) yield { ...finding(`missing. ${RESOLVE}`), isAbsence: true };
    else yield* isFunction(RESOLVE)(value, dto);
  })
  readonly resolve: unknown;

  @ObeysIfGiven(numberWithin(1, 100_000, 'Give how many resolved issuers are kept.'))
  readonly maxEntries: unknown;

  @ObeysIfGiven(numberAboveZero('Give the time in seconds.'))
  readonly maxAgeSeconds: unknown;

  @ObeysIfGiven(numberAboveZero('Give the time in seconds.'))
  readonly missMaxAgeSeconds: unknown;

  @ObeysIfGiven(numberWithin(1, 60_000, 'Give the deadline in milliseconds.'))
  readonly timeoutMs: unknown;
}
