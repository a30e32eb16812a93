import { ValidateIf } from 'class-validator';
import type { AuthModuleConfig } from './auth-module-config.js';
import { finding, HasOptions, ObeysIfGiven } from './configuration-rule.js';
import { moduleAudienceFindings } from './rules/audience.rules.js';
import { observerFindings } from './rules/observer.rules.js';
import { isBoolean, isFunction, isRealm, numberWithin, oneOf } from './rules/scalar.rules.js';
import { tokenSourcesFindings } from './rules/token-source.rules.js';
import { OptionsDto } from './options.dto.js';

/** The remedy for `issuers` that is no list of issuers. */
export const ISSUERS_EXAMPLE = 'List at least one issuer, like ["https://login.example.com"].';

/** The rules of {@link AuthModuleConfig}. */
export class AuthModuleDto extends OptionsDto implements Record<keyof AuthModuleConfig, unknown> {
  @HasOptions<AuthModuleDto>(function* (value, dto) {
    if (dto.resolveIssuer !== undefined) return;
    if (value === undefined) yield finding(`missing. ${ISSUERS_EXAMPLE}`);
    if (Array.isArray(value) && value.length === 0)
      yield finding(`the list is empty. ${ISSUERS_EXAMPLE}`);
  })
  readonly issuers: unknown;

  @HasOptions()
  readonly resolveIssuer: unknown;

  @ObeysIfGiven(moduleAudienceFindings)
  readonly audience: unknown;

  @ObeysIfGiven(isRealm)
  readonly realm: unknown;

  @ObeysIfGiven(oneOf(['detailed', 'minimal']))
  readonly disclosure: unknown;

  @ObeysIfGiven(oneOf(['always', 'auth_required']))
  readonly authenticateHint: unknown;

  @HasOptions()
  readonly errorReference: unknown;

  @ObeysIfGiven(isBoolean)
  readonly problemDetails: unknown;

  @ObeysIfGiven(numberWithin(256, 1_048_576, 'Give the longest token in bytes.'))
  readonly maxTokenBytes: unknown;

  @ObeysIfGiven(tokenSourcesFindings)
  readonly tokenSources: unknown;

  // Switched off there is nothing to judge.
  @ValidateIf((_dto, value) => value !== false)
  @HasOptions()
  readonly verifiedTokenCache: unknown;

  @ObeysIfGiven(isFunction('It is given an identity and returns whether it is revoked.'))
  readonly isRevoked: unknown;

  @HasOptions()
  readonly resourceMetadata: unknown;

  @ObeysIfGiven(oneOf(['off', 'warn', 'error']))
  readonly audit: unknown;
  @ObeysIfGiven(isBoolean)
  readonly warmUp: unknown;

  @ObeysIfGiven(observerFindings)
  readonly observer: unknown;

  protected override get sharedOptions(): readonly string[] {
    return ['observer'];
  }
}
