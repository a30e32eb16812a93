// Writes the generated parts of the documentation. Run after a build: `npm run docs`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { RETRIES } from '../build/core/on-demand/error-reference/code-guidance.js';
import { errorTopics } from '../build/core/on-demand/error-reference/error-topics.js';
import { topicMarkdown } from '../build/core/on-demand/error-reference/error-topic.js';
import { EXCEPTIONS } from '../build/core/refusals/exception-of.js';
import { REFUSALS } from '../build/core/refusals/refusal-table.js';
import { fileURLToPath } from 'node:url';
import { addresses, errorDocs, withGuidanceTable } from './error-docs.mjs';
import { optionsPage } from './options-page.mjs';
import { withRefusalTable } from './refusal-table.mjs';
import { references, specifications } from './specifications.mjs';

const topics = errorTopics(addresses);
const refusals = new URL('../docs/refusals.md', import.meta.url);
const page = withGuidanceTable(readFileSync(refusals, 'utf8'), topics, RETRIES);
writeFileSync(refusals, withRefusalTable(page, REFUSALS, EXCEPTIONS));

const errors = new URL('../docs/errors/', import.meta.url);
mkdirSync(errors, { recursive: true });
for (const [file, content] of errorDocs(topics, topicMarkdown))
  writeFileSync(new URL(file, errors), content);

const root = fileURLToPath(new URL('../', import.meta.url));
writeFileSync(`${root}docs/specifications.md`, specifications(references(root)));
writeFileSync(`${root}docs/options.md`, optionsPage(root));
