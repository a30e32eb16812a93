import { candidate } from '../contestants/index.mjs';
import { barChart, lineChart } from './charts.mjs';

const ADAPTER = 'fastify';
const ALGORITHM = 'RS256';
const OURS = new Set(['ours', 'ours-node-crypto']);

/**
 * The pictures of the page, by their file names. Absent where what they show was not measured.
 *
 * @param {Record<string, any>} results
 * @returns {Record<string, string>}
 */
export function picturesOf({ http, soak }) {
  const pictures = {};
  const hot = barsOf(http, 'hot');
  const fresh = barsOf(http, 'distinct');
  const unit = 'requests a second on Fastify, RS256, 64 connections; longer is better';
  if (hot) pictures['performance-hot-tokens.svg'] = barChart('Tokens seen before', hot, unit);
  if (fresh) pictures['performance-new-tokens.svg'] = barChart('New tokens', fresh, unit);
  if (soak)
    pictures['performance-soak.svg'] = lineChart(
      'Heap under a load that lasts',
      soak.servers.map(({ adapter, samples }) => ({
        name: adapter,
        points: samples.map(({ minutes, heapMiB }) => [minutes, heapMiB]),
      })),
      'MiB after a full collection',
    );
  return pictures;
}

function barsOf(http, scenario) {
  const found = http?.tables.find(
    (table) =>
      table.algorithm === ALGORITHM && table.adapter === ADAPTER && table.scenario === scenario,
  );
  return found?.rows
    .filter((row) => !candidate(row.candidate).isLimit)
    .map(({ candidate: id, label, perSecond }) => ({
      label: label
        .replaceAll(/[*`]/g, '')
        .replace(/^guard with /, '')
        .replace(/ \(.*\)$/, ''),
      value: perSecond.median,
      isOurs: OURS.has(id),
    }))
    .sort((a, b) => b.value - a.value);
}
