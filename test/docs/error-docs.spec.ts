import { expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import type { ErrorTopic, TopicAddresses } from '../../src/reference/error.topic.js';
import { errorTopics } from '../../src/reference/error.topics.js';
import { topicMarkdown } from '../../src/reference/topic.markdown.js';
import { readMarkdown, ROOT } from './markdown.js';

it('docs/errors/ holds the topics that the code serves, and nothing else', async () => {
  const { addresses, errorDocs } = (await import(`${ROOT}scripts/error-docs.mjs`)) as {
    addresses: TopicAddresses;
    errorDocs(topics: ErrorTopic[], toMarkdown: typeof topicMarkdown): Map<string, string>;
  };
  const expected = errorDocs(errorTopics(addresses), topicMarkdown);
  const files = readdirSync(`${ROOT}docs/errors`);
  expect(files.toSorted()).toEqual([...expected.keys()].toSorted());
  for (const file of files) expect(readMarkdown(`docs/errors/${file}`)).toBe(expected.get(file));
});
