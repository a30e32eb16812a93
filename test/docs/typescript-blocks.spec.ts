import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { typeFaults } from '../support/type-faults.js';
import { blocksOf, markdownFiles, readMarkdown, ROOT } from './markdown.js';

const GENERATED = `${ROOT}test/docs/.generated/blocks/`;
const FILES = markdownFiles().map((file) => ({ file, blocks: blocksOf(readMarkdown(file)) }));

/** Which languages a block may be in, each with what proves it; `text` shows what nothing can run. */
const PROVEN = new Set(['ts', 'sh', 'console', 'http', 'json', 'text']);
/** Configurations of servers, which test/servers runs. */
const SERVER_PAGES = ['docs/behind-a-proxy.md', 'docs/sender-constrained.md'];
const OF_SERVERS = ['nginx', 'caddy', 'apache', 'haproxy', 'vcl', 'squid', 'lighttpd'];

/** The application that other documents go on from. */
const APPLICATION = blocksOf(readMarkdown('README.md')).filter(({ name }) =>
  ['app.module.ts', 'notes.controller.ts'].includes(name),
);

afterAll(() => rmSync(GENERATED, { recursive: true }));

describe('Blocks of code', () => {
  it('are in languages that something proves', () => {
    const unproven = FILES.flatMap(({ file, blocks }) => {
      const proven = SERVER_PAGES.includes(file) ? [...PROVEN, ...OF_SERVERS] : [...PROVEN];
      return blocks.filter(({ language }) => !proven.includes(language));
    });
    expect(unproven).toEqual([]);
  });

  it('compile, strictly, where they are TypeScript', () => {
    const written = FILES.flatMap(({ file, blocks }) => {
      const folder = `${GENERATED}${file.replaceAll('/', '-')}/`;
      mkdirSync(folder, { recursive: true });
      return [...APPLICATION, ...blocks]
        .filter(({ language }) => language === 'ts')
        .map(({ name, text }) => {
          expect([file, name]).toEqual([file, expect.stringMatching(/^[\w.-]+\.ts$/)]);
          writeFileSync(folder + name, text);
          return folder + name;
        });
    });
    expect(written.length).toBeGreaterThanOrEqual(12);
    expect(typeFaults(written)).toEqual([]);
  }, 60_000);
});
