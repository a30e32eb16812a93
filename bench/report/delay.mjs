import { candidate } from '../contestants/index.mjs';
import { figure, number, paragraphs, table } from './format.mjs';

/** @param {any} result of the delay section */
export function delayReport({ algorithm, load, perSecond, rows }) {
  if (rows.length === 0) return undefined;
  return paragraphs(
    '## How long other requests wait',
    `How late the event loop of a server is (\`monitorEventLoopDelay\`, 99th percentile, the timer’s own millisecond taken off) while requests with new ${algorithm} tokens come at random moments: ${number(perSecond)} a second, ${load * 100} % of what one thread could verify. Fastify.`,
    table(
      ['guard', 'p99, ms'],
      rows.map((row) => [candidate(row.candidate).label, figure(row.p99Ms)]),
    ),
  );
}
