import type { Finding } from '../configuration-rule.js';
import { canonicalTokenType, NON_ACCESS_TOKEN_TYPES } from '../token-type.js';
import { shownValue } from '../shown-value.js';
import { listFindings } from './list.rules.js';
import { comparedStringFault } from './text.rules.js';

const REMEDIES = {
  noList: 'List "typ" values, like ["at+jwt"].',
  empty: 'No token could be accepted: name a type, or leave the option out.',
};

/** Judges accepted `typ` values; `null` stands for a token without one. */
export function tokenTypesFindings(value: unknown): Iterable<Finding> {
  return listFindings(value, REMEDIES, (type) => {
    if (type === null) return undefined;
    if (type === '') return '"" is empty. Write null for tokens without "typ".';
    const fault = comparedStringFault(type);
    if (fault !== undefined || typeof type !== 'string') return fault;
    if (!NON_ACCESS_TOKEN_TYPES.has(canonicalTokenType(type) ?? '')) return undefined;
    return `${shownValue(type)} is the type of something other than an access token, always refused. Remove it.`;
  });
}
