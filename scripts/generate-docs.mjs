// Writes the generated parts of the documentation. Run after a build: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { REFUSALS } from '../dist/esm/refusals/refusal.table.js';
import { withRefusalTable } from './refusal-table.mjs';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, withRefusalTable(readFileSync(readme, 'utf8'), REFUSALS));
