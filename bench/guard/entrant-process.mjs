// One entrant in a process of its own, as a server has one guard.
import { sliceOf } from '../measure.mjs';
import { worldOf } from '../support/world.mjs';
import { enter, ENTRIES } from './entrants.mjs';
import { Headers } from './workloads.mjs';

let slice;

process.on('disconnect', () => process.exit());
process.on('message', async ({ type, ...rest }) => {
  if (type === 'slice') return process.send(await slice(rest.sliceMs));
  const { id, key, options, tokens } = rest;
  const entry = ENTRIES.find((one) => one.id === id);
  const contestant = await enter(
    entry,
    worldOf(key, options),
    new Headers(tokens, options.cacheEntries),
  );
  slice = sliceOf(contestant);
  process.send({ label: contestant.label });
});
