import { Obeys, ObeysIfGiven } from './configuration-rule.js';
import type { ResourceMetadataConfig } from './resource-metadata-config.js';
import {
  documentAddressFindings,
  documentUrlFindings,
  nameFindings,
  resourceFindings,
  scopesFindings,
} from './rules/resource-metadata.rules.js';
import { OptionsDto } from './options.dto.js';

/** The rules of {@link ResourceMetadataConfig}. */
export class ResourceMetadataDto
  extends OptionsDto
  implements Record<keyof ResourceMetadataConfig, unknown>
{
  @Obeys(resourceFindings)
  readonly resource: unknown;

  @ObeysIfGiven(documentUrlFindings)
  readonly url: unknown;

  @ObeysIfGiven(scopesFindings)
  readonly scopesSupported: unknown;

  @ObeysIfGiven(nameFindings)
  readonly resourceName: unknown;

  @ObeysIfGiven(documentAddressFindings)
  readonly resourceDocumentation: unknown;

  @ObeysIfGiven(documentAddressFindings)
  readonly resourcePolicyUri: unknown;

  @ObeysIfGiven(documentAddressFindings)
  readonly resourceTosUri: unknown;
}
