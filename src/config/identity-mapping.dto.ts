import { types } from 'node:util';
import { finding, type Finding, ObeysIfGiven, type Rule } from './configuration-rule.js';
import { isOptionsObject } from './options-object.js';
import { OptionsDto } from './options.dto.js';
import { listFindings } from './rules/list.rules.js';
import { comparedStringFault, stringOrList } from './rules/text.rules.js';
import type { GrantLimitsConfig, IdentityMappingConfig } from './trusted-issuer-config.js';

const CLAIM_REMEDIES = {
  noList: 'Give one claim name or a list of them.',
  empty: 'Name at least one claim, or leave the option out.',
};

const claimNames: Rule = (value) => stringOrList(value, CLAIM_REMEDIES, comparedStringFault);

const claimNamesOrFunction: Rule = (value) =>
  typeof value === 'function' ? functionFindings(value) : claimNames(value, {});

/** Also `{ keysOf: 'path' }`. */
const rolePlaces: Rule = (value) =>
  typeof value === 'function'
    ? functionFindings(value)
    : stringOrList(value, CLAIM_REMEDIES, rolePlaceFault);

function rolePlaceFault(place: unknown): string | undefined {
  if (!isOptionsObject(place)) return comparedStringFault(place);
  const others = Object.keys(place).filter((name) => name !== 'keysOf');
  if (others.length > 0) return "the object has other members. Write { keysOf: 'path' }.";
  const fault = comparedStringFault(place['keysOf']);
  return fault === undefined ? undefined : `keysOf: ${fault}`;
}

function* functionFindings(value: Function): Iterable<Finding> {
  if (types.isAsyncFunction(value))
    yield finding(
      'an async function answers with a promise, and this one must answer at once. Load what it waits for beforehand.',
    );
}

const grantLimit: Rule = (value) =>
  typeof value === 'function'
    ? functionFindings(value)
    : listFindings(
        value,
        { noList: 'List names, like ["notes:*"], or give a function of the name.' },
        grantNameFault,
      );

function grantNameFault(name: unknown): string | undefined {
  const fault = comparedStringFault(name);
  if (fault !== undefined || typeof name !== 'string') return fault;
  return name.slice(0, -1).includes('*')
    ? 'a star counts at the end alone, where it makes the name a prefix. Use a function for other patterns.'
    : undefined;
}

/** The rules of {@link IdentityMappingConfig}. */
export class IdentityMappingDto
  extends OptionsDto
  implements Record<keyof IdentityMappingConfig, unknown>
{
  @ObeysIfGiven(claimNamesOrFunction)
  readonly subject: unknown;

  @ObeysIfGiven(claimNames)
  readonly clientId: unknown;

  @ObeysIfGiven(claimNamesOrFunction)
  readonly scopes: unknown;

  @ObeysIfGiven(rolePlaces)
  readonly roles: unknown;

  @ObeysIfGiven(claimNames)
  readonly tenant: unknown;
}

/** The rules of {@link GrantLimitsConfig}. */
export class GrantLimitsDto extends OptionsDto implements Record<keyof GrantLimitsConfig, unknown> {
  @ObeysIfGiven(grantLimit)
  readonly scopes: unknown;

  @ObeysIfGiven(grantLimit)
  readonly roles: unknown;
}
