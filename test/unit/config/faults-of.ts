import { validateConfig } from '../../../src/config/validate-config.js';
import { AuthConfigurationError } from '../../../src/config/configuration-error.js';

/** The lines of the error a configuration is refused with, without the first; empty when it is accepted. */
export function faultsOf(config: unknown): readonly string[] {
  try {
    validateConfig(config);
    return [];
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return error.message.split('\n  - ').slice(1);
  }
}

/** The faults of a configuration with one issuer, which is sound but for `changes`. */
export function faultsOfIssuer(changes: object): readonly string[] {
  return faultsOf({
    audience: 'api',
    issuers: [{ issuer: 'https://idp.example', ...changes }],
  });
}
