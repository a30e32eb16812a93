import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { ROOT } from '../docs/markdown.js';
import { DOCUMENTED } from './support/documented-proxies.js';

it('every configuration in the documentation is run by a spec of this folder', () => {
  const folder = `${ROOT}test/servers/`;
  const specs = readdirSync(folder).filter((name) => name.endsWith('.spec.ts'));
  const texts = specs.map((name) => readFileSync(folder + name, 'utf8')).join('\n');
  expect(DOCUMENTED.length).toBeGreaterThanOrEqual(13);
  for (const name of DOCUMENTED) expect(texts).toMatch(new RegExp(`\\b${name}\\b`));
});
