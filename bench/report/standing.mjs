import { paragraphs, number } from './format.mjs';

/**
 * Where a peer is quicker than we are, said by the numbers.
 *
 * @param {Record<string, any>} results
 */
export function standingReport({ guard, http }) {
  const behind = [...guardStanding(guard), ...httpStanding(http)];
  if (!guard && !http) return undefined;
  return paragraphs(
    '### Where we are not ahead',
    behind.length > 0
      ? behind.map((line) => `- ${line}`).join('\n')
      : 'No peer was quicker in anything measured here.',
  );
}

const OUR_GUARDS = new Set(['ceiling', 'ours-hot', 'ours-pool', 'ours-distinct', 'ours-miss']);
/** What a peer does at every token is held against what we do at every new token. */
const HITS = { 'fast-jwt-hot': 'ours-hot', 'fast-jwt-pool': 'ours-pool' };

function guardStanding(guard) {
  return (guard?.algorithms ?? []).flatMap(({ algorithm, rows }) => {
    const microseconds = (id) => rows.find((row) => row.id === id)?.microseconds.median;
    return rows
      .filter(({ id }) => !OUR_GUARDS.has(id))
      .map((row) => ({
        ...row,
        share: row.microseconds.median / microseconds(HITS[row.id] ?? 'ours-distinct'),
      }))
      .filter(({ share }) => share < 1)
      .map(
        ({ label, share }) =>
          `Guard alone, ${algorithm}: ${label} takes ${number(share)} of our time.`,
      );
  });
}

function httpStanding(http) {
  return (http?.tables ?? []).flatMap(({ algorithm, adapter, scenario, rows }) => {
    const ours = rows.find(({ candidate }) => candidate === 'ours');
    const where = `${adapter === 'express' ? 'Express' : 'Fastify'}, ${algorithm}, ${scenario}`;
    return rows
      .filter(({ candidate }) => ours && candidate !== 'ours' && candidate !== 'ceiling')
      .flatMap(({ label, processes, cpuMicroseconds, perSecond }) => {
        const cpu = cpuMicroseconds.median / ours.cpuMicroseconds.median;
        const rate = perSecond.median / ours.perSecond.median;
        if (cpu >= 1 && rate <= 1) return [];
        return [
          `${where}: ${label} answers ${number(rate)} times our requests with ${number(cpu)} of our CPU each${processes === 1 ? ' (one round)' : ''}.`,
        ];
      });
  });
}
