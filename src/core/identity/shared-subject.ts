import { Refusal } from '../refusals/refusal.js';

/** `Not supported currently. Use oid claim.` and its like. */
const NO_SUBJECT = /\buse (?:the )?["'`]?oid["'`]? claim\b/i;

/**
 * Refuses the sentence that Azure AD B2C can be set to write into `sub` for every user: all of them
 * would be one identity.
 *
 * @throws Refusal `claims_invalid`
 */
export function refuseSharedSubject(subject: string): void {
  if (!NO_SUBJECT.test(subject)) return;
  throw new Refusal(
    'claims_invalid',
    'the subject is a sentence that is the same for every user (Azure AD B2C set not to support ' +
      'the claim "sub"): set the subject of the user flow to the object id, or write ' +
      "identity: { subject: 'oid' }",
  );
}
