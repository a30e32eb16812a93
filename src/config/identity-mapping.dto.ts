import { ObeysIfGiven, type Rule } from './configuration-rule.js';
import { comparedStringFault, stringOrList } from './rules/text.rules.js';
import type { IdentityMappingConfig } from './trusted-issuer-config.js';
import { OptionsDto } from './options.dto.js';

const claimNames: Rule = (value) =>
  stringOrList(
    value,
    {
      noList: 'Give one claim name or a list of them.',
      empty: 'Name at least one claim, or leave the option out.',
    },
    comparedStringFault,
  );

/** The rules of {@link IdentityMappingConfig}. */
export class IdentityMappingDto
  extends OptionsDto
  implements Record<keyof IdentityMappingConfig, unknown>
{
  @ObeysIfGiven(claimNames)
  readonly subject: unknown;

  @ObeysIfGiven(claimNames)
  readonly clientId: unknown;

  @ObeysIfGiven(claimNames)
  readonly scopes: unknown;

  @ObeysIfGiven(claimNames)
  readonly roles: unknown;

  @ObeysIfGiven(claimNames)
  readonly tenant: unknown;
}
