import { LAYER_NAMES } from '../layers/layers-of.mjs';
import { number, paragraphs, table } from './format.mjs';

/** @param {any} result of the layers section */
export function layersReport({ algorithm, columns }) {
  const layers = LAYER_NAMES.filter((name) => columns.some(({ shares }) => shares[name] > 0.001));
  return paragraphs(
    '## What a new token costs, layer by layer',
    `Fastify, ${algorithm}, every token new. Microseconds of user CPU for a request, split by a CPU profile of the main thread under the same load (\`--cpu-prof\` does the same). Checks on the thread pool are counted in the sum and not in the profile, so for guards that use it the layers are upper bounds. “nestjs-trusted-issuers” is form, keys, claims, identity and guard, with the parsing of JSON that V8 counts for it.`,
    table(
      ['layer', ...columns.map(({ label }) => label)],
      [
        ...layers.map((name) => [
          name,
          ...columns.map(({ shares, userMicroseconds }) => number(shares[name] * userMicroseconds)),
        ]),
        ['all', ...columns.map(({ userMicroseconds }) => number(userMicroseconds))],
      ],
    ),
  );
}
