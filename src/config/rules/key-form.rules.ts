import { finding, type Rule } from '../configuration-rule.js';
import { IssuerKeysDto } from '../issuer-keys.dto.js';
import { optionNames } from '../option-names.js';

/** Exactly one form of keys must be given, unless `keys` is absent as a whole. */
export const keyFormFindings: Rule = function* (value) {
  if (!(value instanceof IssuerKeysDto)) return;
  const forms = optionNames(IssuerKeysDto) as readonly (keyof IssuerKeysDto)[];
  const given = forms.filter((form) => value[form] !== undefined);
  if (given.length === 0) {
    const message = `no form of keys is given. Name one of ${forms.join(', ')}; is an environment variable not set?`;
    yield { ...finding(message), isAbsence: true };
  }
  if (given.length > 1) {
    yield finding(`${given.join(' and ')} are given together. Choose one.`);
  }
};
