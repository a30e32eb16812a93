import type { RefusalRow } from './refusal-table.js';

/** The topic of the error reference that explains the refusals of a status. */
export const TOPIC_OF_STATUS = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  503: 'UNAVAILABLE',
} as const satisfies Record<RefusalRow['status'], string>;

/** Address of that topic below the address of the error reference. */
export function topicAddress(errorUri: string, status: RefusalRow['status']): string {
  return `${errorUri}/${TOPIC_OF_STATUS[status]}`;
}
