import type { Command } from 'commander';
import { nearestName } from '../config/nearest-name.js';
import { topicsNamed } from '../core/on-demand/error-reference/error-topic.js';
import { findTopic, topicNames } from '../core/on-demand/error-reference/error-topics.js';
import { missingTopic } from '../core/on-demand/error-reference/missing-topic.js';
import { topicMarkdown } from '../core/on-demand/error-reference/error-topic.js';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** `explain`: a page of the error reference, without a server. */
export function addExplainCommand(
  program: Command,
  terminal: Terminal,
  end: (code: number) => void,
): void {
  program
    .command('explain')
    .description('say what a refusal means and what to do about it')
    .argument('[topic]', 'a topic such as UNAUTHORIZED, or a code such as token_expired', '')
    .option('--json', 'print the topic as JSON')
    .action((topicOrCode: string, flags: { readonly json?: true }) => {
      const { text, exitCode } = explain({ topicOrCode, json: flags.json === true });
      const print = exitCode === EXIT_CODES.done.code || flags.json ? terminal.out : terminal.err;
      print(text.trimEnd());
      end(exitCode);
    });
}

/** What a sub-command prints, and how the process ends. */
export interface CommandResult {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/**
 * Prints a topic of the error reference: `explain UNAUTHORIZED`, or for one code `explain token_expired`.
 * An empty name prints the index. Ends with 2 when there is no such topic: the command line can’t be understood.
 */
export function explain(args: {
  readonly topicOrCode: string;
  readonly json: boolean;
}): CommandResult {
  const name = args.topicOrCode.trim().replace(/^errors(?:\.|$)/, '');
  const topic = findTopic(name === '' ? undefined : name, topicsNamed('/errors'));
  if (topic === undefined)
    return { text: unknown(name, args.json), exitCode: EXIT_CODES.usage.code };
  const text = args.json ? `${JSON.stringify(topic, undefined, 2)}\n` : topicMarkdown(topic);
  return { text, exitCode: EXIT_CODES.done.code };
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
