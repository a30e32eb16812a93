import { candidate } from '../contestants/index.mjs';
import { number, paragraphs } from './format.mjs';

const ADAPTERS = { express: 'Express', fastify: 'Fastify' };
const OURS = new Set(['ours', 'ours-node-crypto']);

/**
 * Where a peer is quicker than we are, said by the numbers, in three lines: tokens seen before, new tokens by
 * default, new tokens with `node:crypto`. The tables have the rest.
 *
 * @param {Record<string, any>} results
 */
export function standingReport({ http }) {
  if (!http) return undefined;
  return paragraphs(
    '## Where we are not ahead',
    [
      line('Tokens seen before', http, { scenarios: ['hot', 'pool'], ours: 'ours' }),
      line('New tokens, by default', http, { scenarios: ['distinct'], ours: 'ours' }),
      line("New tokens, `signatureVerifier: 'node:crypto'`", http, {
        scenarios: ['distinct'],
        ours: 'ours-node-crypto',
      }),
    ].join('\n'),
  );
}

/** The peer that is ahead by most, of all tables. */
function line(what, { tables }, { scenarios, ours }) {
  const held = tables.filter(
    ({ scenario, rows }) =>
      scenarios.includes(scenario) && rows.some((row) => row.candidate === ours),
  );
  if (held.length === 0) return `- ${what}: not measured.`;
  const ahead = held
    .flatMap(({ algorithm, adapter, rows }, place) => {
      const own = rows.find((row) => row.candidate === ours);
      return rows
        .filter((row) => own && !OURS.has(row.candidate) && !candidate(row.candidate).isLimit)
        .map((row) => ({
          ...{ place, algorithm, adapter, candidate: row.candidate },
          rate: row.perSecond.median / own.perSecond.median,
        }));
    })
    .filter(({ rate }) => rate > 1)
    .sort((a, b) => b.rate - a.rate);
  const [first] = ahead;
  if (first === undefined) return `- ${what}: no peer answers more requests in any table below.`;
  const places = new Set(ahead.map(({ place }) => place)).size;
  const peers = new Set(ahead.map((one) => one.candidate)).size;
  return [
    `- ${what}: in ${places} of ${held.length} tables below, ${peers === 1 ? 'a peer answers' : `peers (${peers} different ones) answer`} more requests than we do.`,
    `Furthest ahead, with ${number(first.rate)} times as many: “${candidate(first.candidate).label}” on ${ADAPTERS[first.adapter]}, ${first.algorithm}.`,
  ].join(' ');
}
