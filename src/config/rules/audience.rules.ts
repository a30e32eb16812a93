import { finding, type Finding } from '../configuration-rule.js';
import { comparedStringFault, stringOrList } from './text.rules.js';

const REMEDIES = {
  noList: 'Give one audience or a list of them.',
  empty: 'No token could be accepted: name what tokens carry in "aud".',
};

/** What the audience of one issuer depends on. */
export interface AudiencePolicy {
  /** Whether the module names an audience for issuers that name none. */
  readonly hasModuleAudience: boolean;
  /** Whether `clientIds` or `requiredClaims` narrow what is accepted. */
  readonly isNarrowedOtherwise: boolean;
}

/** Judges the audience of one issuer: silence is not permission, `null` is, on a condition. */
export function* issuerAudienceFindings(value: unknown, policy: AudiencePolicy): Iterable<Finding> {
  if (value === undefined) {
    if (!policy.hasModuleAudience) {
      yield finding(
        'missing. Name what its tokens carry in "aud" for this API, here or in the audience of the module; null switches the check off.',
      );
    }
  } else if (value === null) {
    if (!policy.isNarrowedOtherwise) {
      yield finding(
        'null accepts tokens that were issued for any other API. Name clientIds or requiredClaims besides; claims that only tell kinds of token apart, such as typ, are not enough.',
      );
    }
  } else {
    yield* stringOrList(value, REMEDIES, comparedStringFault);
  }
}

/** Judges the audience of the module. */
export function* moduleAudienceFindings(value: unknown): Iterable<Finding> {
  if (value === null) {
    yield finding('null is not an audience. Only a single issuer can switch the check off.');
  } else {
    yield* stringOrList(value, REMEDIES, comparedStringFault);
  }
}
