import { BUDGET } from '../start/budget.mjs';
import { figure, mebibytes, number, paragraphs, table } from './format.mjs';

/** @param {any} result of the start section */
export function startReport({ adapters }) {
  return paragraphs(
    '## Import and start',
    'A fresh process imports Nest, makes an application with one route and initialises it; without our module, and with it and two issuers. `AuthGuard`, passport and class-validator are imported by ours and not by the empty one.',
    table(
      [
        'adapter',
        'empty, ms',
        'with ours, ms',
        'ratio',
        'CPU ratio',
        'empty, resident',
        'with ours',
        'ratio',
      ],
      adapters.map(({ adapter, started, ratios }) => [
        adapter === 'express' ? 'Express' : 'Fastify',
        figure(started.without.wallMs),
        figure(started.with.wallMs),
        number(ratios.wallMs),
        number(ratios.cpuMs),
        mebibytes(started.without.residentBytes.median),
        mebibytes(started.with.residentBytes.median),
        number(ratios.residentBytes),
      ]),
    ),
    `\`npm run bench:smoke\` fails when CPU exceeds ${BUDGET.cpuMs} times, or memory ${BUDGET.residentBytes} times, that of the empty application.`,
  );
}
