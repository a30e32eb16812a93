import type { ErrorTopic } from './error-topic.js';

/** A topic as one Markdown document. */
export function topicMarkdown({ title, body }: Pick<ErrorTopic, 'title' | 'body'>): string {
  return `# ${title}\n\n${body}\n`;
}
