import { codesOfStatus, errorOfStatus } from '../../refusals/refusal-bodies.js';
import { presentRefusal, DEFAULT_PRESENTATION } from '../../refusals/refusal-presentation.js';
import {
  REFUSALS,
  refusalRow,
  type RefusalCode,
  type RefusalRow,
} from '../../refusals/refusal-table.js';
import { TOPIC_OF_STATUS } from '../../refusals/refusal-topic.js';
import { GUIDANCE, RETRIES } from './code-guidance.js';
import {
  bodyOf,
  type ErrorTopic,
  reference,
  type TopicAddresses,
  type TopicSection,
} from './error-topic.js';
import { STATUS_GUIDANCE } from './status-guidance.js';

type Status = RefusalRow['status'];

const CODES = Object.keys(REFUSALS) as RefusalCode[];
/** In the order in which the table first names them. */
const STATUSES: readonly Status[] = [...new Set(CODES.map((code) => REFUSALS[code].status))];

/** The index and one topic a status. */
export function errorTopics(addresses: TopicAddresses): ErrorTopic[] {
  return [indexTopic(addresses), ...STATUSES.map((status) => statusTopic(status, addresses))];
}

/** The topic of a name or of a code, in whatever case; the index for no name. */
export function findTopic(
  name: string | undefined,
  addresses: TopicAddresses,
): ErrorTopic | undefined {
  if (name === undefined) return indexTopic(addresses);
  const code = CODES.find((known) => known === name.toLowerCase());
  if (code !== undefined) return codeTopic(code, addresses);
  const status = STATUSES.find((known) => TOPIC_OF_STATUS[known] === name.toUpperCase());
  return status && statusTopic(status, addresses);
}

/** Every name that has a topic: those of statuses, then the codes. */
export function topicNames(): string[] {
  return [...STATUSES.map((status) => TOPIC_OF_STATUS[status]), ...CODES];
}

function indexTopic(addresses: TopicAddresses): ErrorTopic {
  const list = STATUSES.map((status) => {
    const codes = codesOfStatus(status).map((code) => `\`${code}\``);
    return `- ${linkTo(status, addresses)}: ${STATUS_GUIDANCE[status].title}. Codes: ${codes.join(', ')}.`;
  });
  return topicOf(addresses, undefined, {
    title: 'How this API refuses a request',
    synopsis: 'Every refusal has an HTTP status, a code, and a topic here that says what to do.',
    description: `${list.join('\n')}\n\nA code is a topic too, such as \`errors.token_expired\`.`,
    seeAlso: STATUSES,
    codes: [],
  });
}

function statusTopic(status: Status, addresses: TopicAddresses): ErrorTopic {
  const { title, synopsis, about } = STATUS_GUIDANCE[status];
  return topicOf(addresses, TOPIC_OF_STATUS[status], {
    title,
    synopsis: `${status} ${errorOfStatus(status)}. ${synopsis}`,
    description: [about, ...codesOfStatus(status).map((code) => codeSection(code))].join('\n\n'),
    seeAlso: STATUSES.filter((other) => other !== status),
    codes: codesOfStatus(status),
  });
}

function codeTopic(code: RefusalCode, addresses: TopicAddresses): ErrorTopic {
  const { status, error, message } = refusalRow(code);
  return topicOf(addresses, code, {
    title: message,
    synopsis: `${status} ${error}. Retrying ${RETRIES[GUIDANCE[code].retry]}`,
    description: codeSection(code),
    seeAlso: [status],
    codes: [code],
  });
}

interface TopicParts {
  readonly title: string;
  readonly synopsis: string;
  readonly description: string;
  readonly seeAlso: readonly Status[];
  readonly codes: readonly RefusalCode[];
}

function topicOf(
  addresses: TopicAddresses,
  name: string | undefined,
  { title, synopsis, description, seeAlso, codes }: TopicParts,
): ErrorTopic {
  const links = seeAlso.map(
    (status) => `- ${linkTo(status, addresses)}: ${STATUS_GUIDANCE[status].title}`,
  );
  const index = name === undefined ? [] : [`- ${reference(addresses, 'errors')}: all topics`];
  const sections: readonly TopicSection[] = [
    { name: 'NAME', body: `${name ?? 'errors'}: ${title}` },
    { name: 'SYNOPSIS', body: synopsis },
    { name: 'DESCRIPTION', body: description },
    { name: 'SEE ALSO', body: [...links, ...index].join('\n') },
  ];
  return {
    topic: name === undefined ? 'errors' : `errors.${name}`,
    path: addresses.path(name),
    title,
    synopsis,
    body: bodyOf(sections),
    sections,
    see_also: [
      ...seeAlso.map((status) => `errors.${TOPIC_OF_STATUS[status]}`),
      ...(name === undefined ? [] : ['errors']),
    ],
    stability: 'stable',
    actions: codes.map((code) => ({ code, ...GUIDANCE[code] })),
  };
}

function codeSection(code: RefusalCode): string {
  const { when, status, challenges } = refusalRow(code);
  const { retry, client, operator } = GUIDANCE[code];
  const { body, challenge } = presentRefusal(code, DEFAULT_PRESENTATION);
  const header = challenges ? `WWW-Authenticate: ${challenge}` : 'Retry-After: 5';
  return [
    `### \`${code}\``,
    `When: ${when}.`,
    ['```http', `HTTP/1.1 ${status} ${body.error}`, header, '', JSON.stringify(body), '```'].join(
      '\n',
    ),
    [
      `- **Retrying** ${RETRIES[retry]}`,
      `- **Client:** ${client}`,
      `- **Operator:** ${operator}`,
    ].join('\n'),
  ].join('\n\n');
}

function linkTo(status: Status, addresses: TopicAddresses): string {
  const name = TOPIC_OF_STATUS[status];
  return reference(addresses, `errors.${name}`, name);
}
