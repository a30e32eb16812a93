import type { IssuerPolicy } from '../../src/config/resolved-issuer.js';
import { identityOf } from '../../src/core/identity/identity-mapper.js';
import type { CheckedClaims, Identity } from '../../src/core/identity/identity.js';
import { validateSubject } from '../../src/core/jwt/validate-claims.js';
import { Refusal } from '../../src/core/refusals/refusal.js';

/** Who is calling, by claims that are otherwise good. @throws Refusal for a subject that is none. */
export function identityIn(claims: CheckedClaims, policy: IssuerPolicy): Identity {
  const subject = validateSubject(claims, policy);
  if (subject instanceof Refusal) throw subject;
  return identityOf({ trusted: { policy }, claims, subject });
}
