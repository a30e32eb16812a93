import { writeFileSync } from 'node:fs';
import { storedResults } from '../results.mjs';
import { SECTIONS } from '../sections.mjs';
import { renderReport } from './index.mjs';
import { picturesOf } from './pictures.mjs';

const DOCS = new URL('../../docs/', import.meta.url);

/** Writes docs/performance.md and its pictures from everything that was measured on this machine. */
export function writeReport() {
  const measured = storedResults([...Object.keys(SECTIONS), 'soak']);
  writeFileSync(new URL('performance.md', DOCS), renderReport(measured));
  const results = Object.fromEntries(
    Object.entries(measured).map(([name, { result }]) => [name, result]),
  );
  for (const [name, picture] of Object.entries(picturesOf(results)))
    writeFileSync(new URL(`images/${name}`, DOCS), picture);
}
