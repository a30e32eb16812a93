import { ObeysIfGiven } from './configuration-rule.js';
import type { HttpConfig } from './http-config.js';
import { headersFindings } from './rules/http-headers.rules.js';
import { isBoolean, isFunction, numberWithin } from './rules/scalar.rules.js';
import { OptionsDto } from './options.dto.js';

/** The rules of {@link HttpConfig}. */
export class HttpDto extends OptionsDto implements Record<keyof HttpConfig, unknown> {
  @ObeysIfGiven(numberWithin(1, 60_000, 'Give the deadline in milliseconds.'))
  readonly timeoutMs: unknown;

  @ObeysIfGiven(headersFindings)
  readonly headers: unknown;

  @ObeysIfGiven(isFunction('Give one that works like the built-in fetch.'))
  readonly fetch: unknown;

  @ObeysIfGiven(numberWithin(1_024, 16_777_216, 'Give the greatest body in bytes.'))
  readonly maxBytes: unknown;

  @ObeysIfGiven(isBoolean)
  readonly allowInsecure: unknown;
}
