import { finding, type Finding } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';
import { comparedStringFaultBut, holdsPlaceholder, stringOrList } from './text.rules.js';

const REMEDIES = {
  noList: 'Give one audience or a list of them.',
  empty: 'No token could be accepted: name what tokens carry in "aud".',
};

const ALLOWED_REMEDIES = {
  noList: REMEDIES.noList,
  empty: 'Name the audience that is meant, or leave the option out.',
};

const ONLY_OF_AN_ISSUER = 'name it in audience and in allowPlaceholderAudience of its issuer';

/** What the audience of one issuer depends on. */
export interface AudiencePolicy {
  /** Whether the module names an audience for issuers that name none. */
  readonly hasModuleAudience: boolean;
  /** Whether `clientIds` or `requiredClaims` narrow what is accepted. */
  readonly isNarrowedOtherwise: boolean;
  /** `allowPlaceholderAudience`. */
  readonly allowed: unknown;
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
    const allowed = listOf(policy.allowed);
    yield* stringOrList(value, REMEDIES, (audience) =>
      comparedStringFaultBut(audience, (text) =>
        allowed.includes(text)
          ? undefined
          : placeholderFault(text, 'name it in allowPlaceholderAudience as well'),
      ),
    );
  }
}

/** Judges the audience of the module. */
export function* moduleAudienceFindings(value: unknown): Iterable<Finding> {
  if (value === null) {
    yield finding('null is not an audience. Only a single issuer can switch the check off.');
  } else {
    yield* stringOrList(value, REMEDIES, (audience) =>
      comparedStringFaultBut(audience, (text) => placeholderFault(text, ONLY_OF_AN_ISSUER)),
    );
  }
}

/** Judges what may look like a placeholder: audiences of the issuer, which do. */
export function allowedPlaceholderFindings(value: unknown, audience: unknown): Iterable<Finding> {
  const audiences = listOf(audience);
  return stringOrList(value, ALLOWED_REMEDIES, (allowed) => {
    const fault = comparedStringFaultBut(allowed, () => undefined);
    if (fault !== undefined || typeof allowed !== 'string') return fault;
    if (!holdsPlaceholder(allowed))
      return `${shownValue(allowed)} holds no placeholder, so it needs no permission. Remove it.`;
    if (!audiences.includes(allowed))
      return `${shownValue(allowed)} is not in audience of this issuer. Write it there as well, exactly like this, or remove it.`;
    return undefined;
  });
}

function placeholderFault(text: string, remedy: string): string {
  return `${shownValue(text)} holds a placeholder. Put the real value in its place, or, where tokens really carry this in "aud", ${remedy}.`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
