import { nearestName } from '../config/nearest-name.js';
import { topicsNamed } from '../reference/error.topic.js';
import { findTopic, topicNames } from '../reference/error.topics.js';
import { missingTopic } from '../reference/missing.topic.js';
import { topicMarkdown } from '../reference/topic.markdown.js';

/** What a sub-command prints, and how the process ends. */
export interface CommandResult {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Prints a topic of the error reference: `explain UNAUTHORIZED`, or for one code `explain token_expired`.
 * An empty name prints the index. Ends with 1 when there is no such topic.
 */
export function explain(args: {
  readonly topicOrCode: string;
  readonly json: boolean;
}): CommandResult {
  const name = args.topicOrCode.trim().replace(/^errors(?:\.|$)/, '');
  const topic = findTopic(name === '' ? undefined : name, topicsNamed('/errors'));
  if (topic === undefined) return { text: unknown(name, args.json), exitCode: 1 };
  const text = args.json ? `${JSON.stringify(topic, undefined, 2)}\n` : topicMarkdown(topic);
  return { text, exitCode: 0 };
}

/** What was asked for is not repeated: it may be a token, pasted into the wrong place. */
function unknown(name: string, json: boolean): string {
  const { json: body } = missingTopic(topicsNamed('/errors'));
  if (json) return `${JSON.stringify(body, undefined, 2)}\n`;
  const names = topicNames();
  const meant = nearestName(name, names);
  return [
    body.message,
    ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
    `Known: ${names.join(', ')}.`,
    '',
  ].join('\n');
}
