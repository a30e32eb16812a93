import { parseArgs } from 'node:util';
import { MODES } from './modes.mjs';
import { SECTIONS } from './sections.mjs';

export const USAGE = `npm run bench -- [--only guard,http,…] [--entrants ours-miss,…]

  --only       sections: ${Object.keys(SECTIONS).join(', ')}; the others keep what was measured before
  --entrants   only these in the guard section; prints, writes nothing; for profiling
  --quick      in a minute, prints, writes nothing
  --smoke      in seconds: proves that everything runs, and holds start-up to its budget`;

/** @param {readonly string[]} argv */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      entrants: { type: 'string' },
      quick: { type: 'boolean' },
      smoke: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const mode = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
  const only = values.entrants ? 'guard' : values.only;
  const names = only?.split(',') ?? Object.keys(SECTIONS);
  const unknown = names.filter((name) => !(name in SECTIONS));
  if (unknown.length > 0) throw new Error(`no section ${unknown.join(', ')}\n\n${USAGE}`);
  return {
    ...{ mode, names, settings: MODES[mode], help: values.help },
    entrants: values.entrants?.split(','),
    writes: mode === 'full' && values.entrants === undefined,
  };
}
