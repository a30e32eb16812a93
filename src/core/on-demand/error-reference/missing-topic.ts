import { bodyOf, type ErrorTopic, type TopicAddresses } from './error-topic.js';
import { errorTopics } from './error-topics.js';

/** The answer for a topic that does not exist; its JSON is a body like that of a refusal. */
export interface MissingTopic extends Pick<ErrorTopic, 'title' | 'body' | 'sections'> {
  readonly json: {
    readonly status: 404;
    readonly error: 'Not Found';
    readonly message: string;
    /** Where the topics are that exist. */
    readonly topics: readonly string[];
  };
}

/** Says which topics there are. The requested name is not repeated: any caller can choose it. */
export function missingTopic(addresses: TopicAddresses): MissingTopic {
  const topics = errorTopics(addresses);
  const message = 'There is no such topic. A topic is named by a status or by a code.';
  const list = topics.map(({ path, title }) => `- [${path}](${path}): ${title}`);
  const sections = [
    { name: 'NOT FOUND', body: message },
    { name: 'SEE ALSO', body: list.join('\n') },
  ];
  return {
    title: 'No such topic',
    body: bodyOf(sections),
    sections,
    json: {
      status: 404,
      error: 'Not Found',
      message,
      topics: topics.map(({ path }) => path),
    },
  };
}
