import { beforeAll, describe, expect, it } from '@jest/globals';
import { shouldRefresh } from 'nestjs-trusted-issuers/client';
import { readdirSync } from 'node:fs';
import type {
  ErrorTopic,
  TopicAddresses,
} from '../../src/core/on-demand/error-reference/error-topic.js';
import { GUIDANCE, RETRIES } from '../../src/core/on-demand/error-reference/code-guidance.js';
import { errorTopics } from '../../src/core/on-demand/error-reference/error-topics.js';
import { topicMarkdown } from '../../src/core/on-demand/error-reference/error-topic.js';
import { REFUSALS, type RefusalCode } from '../../src/core/refusals/refusal-table.js';
import { readMarkdown, ROOT } from './markdown.js';

interface ErrorDocs {
  readonly addresses: TopicAddresses;
  errorDocs(topics: ErrorTopic[], toMarkdown: typeof topicMarkdown): Map<string, string>;
  withGuidanceTable(page: string, topics: ErrorTopic[], retries: typeof RETRIES): string;
}

describe('What `npm run docs` writes of the error reference', () => {
  let docs: ErrorDocs;
  let topics: ErrorTopic[];
  beforeAll(async () => {
    docs = (await import(`${ROOT}scripts/error-docs.mjs`)) as ErrorDocs;
    topics = errorTopics(docs.addresses);
  });

  it('docs/errors/ holds the topics that the code serves, and nothing else', () => {
    const expected = docs.errorDocs(topics, topicMarkdown);
    const files = readdirSync(`${ROOT}docs/errors`);
    expect(files.toSorted()).toEqual([...expected.keys()].toSorted());
    for (const file of files) expect(readMarkdown(`docs/errors/${file}`)).toBe(expected.get(file));
  });

  it('docs/refusals.md has the advice for callers', () => {
    const page = readMarkdown('docs/refusals.md');
    expect(page).toContain('| `token_expired` | 401 |');
    expect(page).toBe(docs.withGuidanceTable(page, topics, RETRIES));
  });

  const CODES = Object.keys(GUIDANCE) as RefusalCode[];
  /** The codes after which the same call can succeed later, of some statuses. */
  const retried = (...statuses: number[]): string[] =>
    CODES.filter(
      (code) => statuses.includes(REFUSALS[code].status) && GUIDANCE[code].retry !== 'never',
    ).toSorted();
  const named = (text: string): string[] =>
    [...new Set(text.match(/\b[a-z]+(?:_[a-z]+)+\b/g))]
      .filter((code) => CODES.includes(code as RefusalCode))
      .toSorted();

  it('the summary of 401 names the codes after which retrying helps, and no other', () => {
    const summary = topics.find(({ topic }) => topic === 'errors.UNAUTHORIZED')?.synopsis ?? '';
    expect(named(summary)).toEqual(retried(401));
  });

  it('docs/clients.md names the same codes', () => {
    const [, section = ''] =
      /## What is left for you\n([\s\S]*?)\n###/.exec(readMarkdown('docs/clients.md')) ?? [];
    expect(named(section)).toEqual(retried(401));
    expect(section).toContain('| 503 ');
  });

  it('shouldRefresh is true for the codes that a new token helps after, and for no other', async () => {
    for (const code of CODES) {
      const { status } = REFUSALS[code];
      const refreshed = await shouldRefresh({ status, headers: {}, data: { code } });
      expect([code, refreshed]).toEqual([code, GUIDANCE[code].retry === 'with_new_token']);
    }
  });
});
