import { ENTRANTS } from '../dpop/entrants.mjs';
import { mebibytes, number, paragraphs, table } from './format.mjs';

/** @param {any} result of the DPoP section */
export function dpopReport({ rows, store }) {
  const count = store.entries.toLocaleString('en');
  return paragraphs(
    '## DPoP',
    'One client, one hot token, 64 connections; each request has a new proof. Each process was loaded in turn, and the median of the rounds counts. “Delay” is how late the event loop was, p99, at half of what the slowest takes. express-oauth2-jwt-bearer and oauth4webapi remember no proofs.',
    table(
      ['proofs', 'adapter', 'who', 'user CPU per request, µs', 'requests a second', 'delay, ms'],
      rows.flatMap(({ algorithm, adapter, entrants }) =>
        entrants.map(({ id, userMicroseconds, perSecond, delayP99Ms }) => [
          ...[algorithm, adapter, ENTRANTS[id].label],
          ...[number(userMicroseconds), number(perSecond), number(delayP99Ms)],
        ]),
      ),
    ),
    `One bare \`crypto.verify\`: ${rows
      .map(({ algorithm, adapter, verifyMicroseconds }) =>
        adapter === 'express' ? `${algorithm} ${number(verifyMicroseconds)} µs` : '',
      )
      .filter(Boolean)
      .join(', ')}.`,
    `${count} used proofs, each of another client: ${mebibytes(store.bytes)}, ${number(store.bytesPerEntry)} bytes each, ${number(store.microseconds)} µs to remember one.`,
  );
}
