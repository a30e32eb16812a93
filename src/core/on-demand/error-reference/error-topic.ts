import type { Retry } from './code-guidance.js';

/** One part of a topic, as a manual has them: NAME, SYNOPSIS, DESCRIPTION, SEE ALSO. */
export interface TopicSection {
  readonly name: string;
  /** Markdown. */
  readonly body: string;
}

/** What to do about one code. */
export interface TopicAction {
  readonly code: string;
  readonly retry: Retry;
  readonly client: string;
  readonly operator: string;
}

/** A page of the error reference; these members are its JSON. */
export interface ErrorTopic {
  /** `errors`, or `errors.` and the name of the topic. */
  readonly topic: string;
  /** Where it is served. */
  readonly path: string;
  readonly title: string;
  /** HTTP status and whether retrying helps, in one line. */
  readonly synopsis: string;
  /** All sections in one piece of Markdown. */
  readonly body: string;
  readonly sections: readonly TopicSection[];
  /** Other topics. */
  readonly see_also: readonly string[];
  /** Codes and statuses keep their meaning within a major version. */
  readonly stability: 'stable';
  readonly actions: readonly TopicAction[];
}

/** The addresses of topics: a name gives the path of a topic and its link; no name means the index. */
export interface TopicAddresses {
  path(name?: string): string;
  /** Absent: topics are named, not linked. */
  readonly link?: (name?: string) => string;
}

/** Addresses below a path, such as `/errors`. */
export function topicsBelow(base: string): TopicAddresses {
  const path = (name?: string): string => (name === undefined ? base : `${base}/${name}`);
  return { path, link: path };
}

/** Topics by name alone, for places without links. */
export function topicsNamed(base: string): TopicAddresses {
  return { path: topicsBelow(base).path };
}

/** The sections in one piece of Markdown. */
export function bodyOf(sections: readonly TopicSection[]): string {
  return sections.map(({ name, body }) => `## ${name}\n\n${body}`).join('\n\n');
}

/** A link to another topic, or its name where there are no links. */
export function reference({ link }: TopicAddresses, topic: string, name?: string): string {
  return link === undefined ? `\`${topic}\`` : `[${topic}](${link(name)})`;
}

/** A topic as one Markdown document. */
export function topicMarkdown({ title, body }: Pick<ErrorTopic, 'title' | 'body'>): string {
  return `# ${title}\n\n${body}\n`;
}
