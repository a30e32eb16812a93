import { beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import type {
  ErrorTopic,
  TopicAddresses,
} from '../../src/core/on-demand/error-reference/error-topic.js';
import { RETRIES } from '../../src/core/on-demand/error-reference/code-guidance.js';
import { errorTopics } from '../../src/core/on-demand/error-reference/error-topics.js';
import { topicMarkdown } from '../../src/core/on-demand/error-reference/error-topic.js';
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
});
