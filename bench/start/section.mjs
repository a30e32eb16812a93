import { fork } from 'node:child_process';
import { once } from 'node:events';
import { figureOf, medianOf } from '../support/statistics.mjs';
import { BUDGET } from './budget.mjs';

const APPLICATION = new URL('application.mjs', import.meta.url);
const MOST_ROUNDS = 4;

/**
 * What importing and starting the module adds to an application that has nothing else.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, progress }) {
  const adapters = [];
  for (const adapter of ['express', 'fastify']) {
    progress(adapter);
    const starts = { without: [], with: [] };
    const { repetitions } = settings.start;
    // Other work on the machine can push a few starts over the budget: then more of them decide.
    do {
      for (let repetition = 0; repetition < repetitions; repetition++) {
        starts.without.push(await startApplication('without-module', adapter));
        starts.with.push(await startApplication('with-module', adapter));
      }
    } while (isOverBudget(summaryOf(starts)) && starts.with.length < repetitions * MOST_ROUNDS);
    adapters.push({ adapter, ...summaryOf(starts) });
  }
  for (const { adapter, ratios } of adapters) requireBudget(adapter, ratios);
  return { adapters };
}

async function startApplication(withModule, adapter) {
  const child = fork(APPLICATION, [withModule, adapter], { execArgv: [] });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`an application ${withModule} on ${adapter} did not start`);
  });
  ended.catch(() => {});
  const [usage] = await Promise.race([once(child, 'message'), ended]);
  return usage;
}

function summaryOf({ without, with: withModule }) {
  const figures = (starts, phase) => ({
    wallMs: figureOf(starts.map((start) => start[phase].wallMs)),
    cpuMs: figureOf(starts.map((start) => start[phase].cpuMs)),
    residentBytes: figureOf(starts.map((start) => start[phase].residentBytes)),
  });
  // Of neighbours: what else runs on the machine falls on both.
  const ratio = (unit) =>
    medianOf(withModule.map(({ started }, index) => started[unit] / without[index].started[unit]));
  return {
    imported: { without: figures(without, 'imported'), with: figures(withModule, 'imported') },
    started: { without: figures(without, 'started'), with: figures(withModule, 'started') },
    ratios: {
      wallMs: ratio('wallMs'),
      cpuMs: ratio('cpuMs'),
      residentBytes: ratio('residentBytes'),
    },
  };
}

function isOverBudget({ ratios }) {
  return Object.entries(BUDGET).some(([unit, most]) => ratios[unit] > most);
}

function requireBudget(adapter, ratios) {
  for (const [unit, most] of Object.entries(BUDGET))
    if (ratios[unit] > most)
      throw new Error(
        `${adapter}: start-up takes ${ratios[unit].toFixed(2)} times the ${unit} of an empty application, and ${most} is its budget`,
      );
}
