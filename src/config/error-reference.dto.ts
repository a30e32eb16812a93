import type { ErrorReferenceConfig } from './auth-module-config.js';
import { ObeysIfGiven } from './configuration-rule.js';
import { referencePathFindings, referenceUrlFindings } from './rules/reference.rules.js';
import { OptionsDto } from './options.dto.js';

/** The rules of {@link ErrorReferenceConfig}. */
export class ErrorReferenceDto
  extends OptionsDto
  implements Record<keyof ErrorReferenceConfig, unknown>
{
  @ObeysIfGiven(referencePathFindings)
  readonly path: unknown;

  @ObeysIfGiven(referenceUrlFindings)
  readonly url: unknown;
}
