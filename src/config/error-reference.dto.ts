import type { ErrorReferenceConfig } from './auth-module-config.js';
import { ObeysIfGiven } from './configuration-rule.js';
import { referencePathFindings, referenceUrlFindings } from './rules/reference.rules.js';

/** The rules of {@link ErrorReferenceConfig}. */
export class ErrorReferenceDto implements Record<keyof ErrorReferenceConfig, unknown> {
  @ObeysIfGiven(referencePathFindings)
  readonly path: unknown;

  @ObeysIfGiven(referenceUrlFindings)
  readonly url: unknown;
}
