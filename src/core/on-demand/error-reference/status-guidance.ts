import type { RefusalRow } from '../../refusals/refusal-table.js';

/** What all refusals of one HTTP status have in common. */
export interface StatusGuidance {
  readonly title: string;
  /** Whether retrying helps. */
  readonly synopsis: string;
  readonly about: string;
}

export const STATUS_GUIDANCE: Readonly<Record<RefusalRow['status'], StatusGuidance>> = {
  400: {
    title: 'The request carries more than one access token',
    synopsis: 'Retrying helps only after the request was changed.',
    about: 'No token was checked, because the request does not show which one is meant.',
  },
  401: {
    title: 'The access token is missing or not accepted',
    synopsis:
      'Retrying helps after `auth_required`, with a token; after `token_expired` and `token_inactive`, with a new token; after `token_revoked` and `step_up_required`, once the user has logged in again; after `dpop_proof_invalid` and `dpop_nonce_required`, with a new proof; after `token_not_active`, once its time has come; after `signature_invalid`, only in the first seconds of a new key. After any other code it does not help.',
    about:
      'The body’s `code` says what is wrong, and so does the challenge in `WWW-Authenticate`. Decide by the code; messages are for people.',
  },
  403: {
    title: 'The caller is known and may not do this',
    synopsis: 'Retrying with the same access token does not help. A token with more scope may.',
    about: 'The token is good. What it grants is not enough for this route.',
  },
  503: {
    title: 'The access token could not be checked',
    synopsis: 'Retrying helps: send the same token again after `Retry-After` seconds.',
    about: 'The token may be good. What is needed to check it is not available at the moment.',
  },
};
