import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { Introspector } from './introspector.js';

/** What asks issuers about tokens. */
export interface Introspectors {
  /** What asks this issuer; `undefined` where it is not asked. */
  introspectorOf(trusted: TrustedIssuer): Introspector | undefined;
}
