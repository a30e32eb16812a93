import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { readMarkdown, ROOT } from './markdown.js';

interface Manifest {
  readonly type?: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const PAGE = readMarkdown('docs/platforms.md');
const APPLICATIONS = readdirSync(`${ROOT}test/package`).filter((name) => name.startsWith('nest-'));

describe('docs/platforms.md', () => {
  it.each(APPLICATIONS)('says what %s is made of', (name) => {
    const row = PAGE.split('\n').find((line) => line.startsWith(`| [${name}]`));
    const manifest = JSON.parse(readMarkdown(`test/package/${name}/package.json`)) as Manifest;
    const { dependencies, devDependencies } = manifest;
    expect(row).toContain(`| ${dependencies['@nestjs/core']}, `);
    expect(row).toContain(`@nestjs/passport ${dependencies['@nestjs/passport']} |`);
    expect(row).toContain(manifest.type === 'module' ? '| ESM |' : '| CommonJS |');
    expect(row).toMatch(new RegExp(`\\| ${devDependencies['typescript']} \\|$`));
    for (const tool of ['jest', 'ts-jest', '@swc/jest', '@swc/core', 'vitest'])
      if (tool in devDependencies) expect(row).toContain(`${tool} ${devDependencies[tool]}`);
  });
});
