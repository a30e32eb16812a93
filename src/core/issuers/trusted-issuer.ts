import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { KeySource } from '../keys/key-source.js';

/**
 * An issuer this application trusts: the terms, and its keys. Never changed: other terms make another
 * object, so whatever is kept for one object is dropped with it.
 */
export interface TrustedIssuer {
  readonly policy: IssuerPolicy;
  readonly keys: KeySource;
}
