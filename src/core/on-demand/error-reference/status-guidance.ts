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
    synopsis: 'Retrying does not help before the request is changed.',
    about: 'No token was checked, because the request does not show which one is meant.',
  },
  401: {
    title: 'The access token is missing or not accepted',
    synopsis:
      'Retrying with the same access token helps in time after `token_not_active` alone. After `token_expired` a new token helps; after `dpop_proof_invalid` and `dpop_nonce_required` the same one with a new proof.',
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
