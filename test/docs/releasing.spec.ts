import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { readMarkdown, ROOT } from './markdown.js';

const MANIFEST = JSON.parse(readMarkdown('package.json')) as {
  version: string;
  scripts: Record<string, string>;
};
const TEMPLATES = '.github/ISSUE_TEMPLATE/';

describe('RELEASING.md', () => {
  const text = readMarkdown('RELEASING.md');

  it('names only npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named).toContain('docs');
    for (const name of named) expect(MANIFEST.scripts).toHaveProperty([name]);
  });

  it('says which addresses are left out, exactly as long as they are', () => {
    const waits = text.includes('## What waits for an address');
    for (const address of ['repository', 'bugs', 'homepage'])
      expect([address, address in MANIFEST]).toEqual([address, !waits]);
  });
});

describe('SECURITY.md', () => {
  const text = readMarkdown('SECURITY.md');

  it('supports the version that package.json states', () => {
    const [major, minor] = MANIFEST.version.split('.');
    expect(text).toContain(`\n| ${major}.${minor}.x | yes |\n`);
  });

  it('says when a person answers a report', () => {
    const [, times = ''] = text.split('## Response times');
    expect(times).toMatch(/^\| 3 working days \|/m);
  });
});

describe('Issue templates', () => {
  const forms = readdirSync(ROOT + TEMPLATES).filter((name) => name !== 'config.yml');

  it.each(forms)('%s asks for inspect and doctor, and warns of live tokens', (name) => {
    const text = readMarkdown(TEMPLATES + name);
    expect(text).toContain('nestjs-trusted-issuers inspect --json --config');
    expect(text).toContain('nestjs-trusted-issuers doctor --json --config');
    expect(text).toContain('**Never paste a live token, a secret or a private key.**');
  });

  it('demand both outputs, and the promise that no token is in them, of who reports a fault', () => {
    const fields = readMarkdown(`${TEMPLATES}bug.yml`).split(/^ {2}- type: /m);
    for (const id of ['inspect', 'doctor', 'checks']) {
      const field = fields.find((text) => text.includes(`\n    id: ${id}\n`)) ?? '';
      expect([id, field]).toEqual([id, expect.stringContaining('required: true')]);
    }
  });
});
