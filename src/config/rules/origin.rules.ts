import { finding, type Finding } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';
import { webAddress } from '../web-address.js';
import { listFindings } from './list.rules.js';
import { comparedStringFault } from './text.rules.js';

const REMEDIES = {
  noList: 'List origins, like ["https://login.example.com"].',
  empty: 'No issuer could be resolved: name an origin.',
};

/** Judges the origins of issuers that are resolved. */
export function* originsFindings(value: unknown): Iterable<Finding> {
  if (value === undefined) yield { ...finding(`missing. ${REMEDIES.noList}`), isAbsence: true };
  else yield* listFindings(value, REMEDIES, originFault);
}

function originFault(value: unknown): string | undefined {
  const fault = comparedStringFault(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  if (value.includes('*'))
    return `${shownValue(value)} is a pattern. Origins are compared exactly: list each.`;
  const origin = webAddress(value)?.origin;
  if (origin === value) return undefined;
  const remedy =
    origin === undefined
      ? 'Write scheme and host, like "https://login.example.com".'
      : `Write ${shownValue(origin)}.`;
  return `${shownValue(value)} is not an origin. ${remedy}`;
}
