import { afterEach, describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { validateConfig, validateTrustedIssuer } from '../../../src/config/validate-config.js';
import { AuthConfigurationError } from '../../../src/config/configuration-error.js';
import {
  IssuerKeysSchema as IssuerKeysDto,
  TrustedIssuerSchema as TrustedIssuerDto,
} from '../../../src/config/issuer-schema.js';

/** One storage for the whole process, in which anybody can rummage. */
interface Storage {
  readonly validationMetadatas: Map<unknown, unknown>;
  readonly constraintMetadatas: Map<unknown, unknown>;
}
const storage = getMetadataStorage() as unknown as Storage;
const kept = {
  validationMetadatas: new Map(storage.validationMetadatas),
  constraintMetadatas: new Map(storage.constraintMetadatas),
};

afterEach(() => {
  for (const name of ['validationMetadatas', 'constraintMetadatas'] as const)
    for (const [key, value] of kept[name]) storage[name].set(key, value);
});

const UNASKED = /class-validator has lost the rules of this module, so nothing can be checked/;
const INSECURE = 'http://attacker.example?x=|';
const GOOD = 'https://idp.example';

describe('class-validator without the metadata of this module', () => {
  it.each<readonly [what: string, lose: () => unknown]>([
    ['all rules', () => storage.validationMetadatas.clear()],
    ['the rules of an issuer', () => storage.validationMetadatas.delete(TrustedIssuerDto)],
    ['what the rules are made of', () => storage.constraintMetadatas.clear()],
  ])('%s: nothing is accepted', (_what, lose) => {
    expect(() => validateTrustedIssuer(GOOD, { audience: 'api' })).not.toThrow(
      AuthConfigurationError,
    );
    lose();
    for (const issuer of [INSECURE, GOOD]) {
      expect(() => validateTrustedIssuer(issuer, { audience: 'api' })).toThrow(UNASKED);
      expect(() => validateConfig({ audience: 'api', issuers: [issuer] })).toThrow(
        AuthConfigurationError,
      );
    }
  });

  it('the rules of a part: that part is not accepted', () => {
    const issuer = { issuer: GOOD, keys: { jwksUri: INSECURE } };
    storage.validationMetadatas.delete(IssuerKeysDto);
    expect(() => validateTrustedIssuer(issuer, { audience: 'api' })).toThrow(
      AuthConfigurationError,
    );
    expect(() => validateConfig({ audience: 'api', issuers: [issuer] })).toThrow(
      AuthConfigurationError,
    );
  });
});
