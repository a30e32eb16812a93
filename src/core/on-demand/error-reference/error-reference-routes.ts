import type { AbstractHttpAdapter } from '@nestjs/core';
import Negotiator from 'negotiator';
import { vary } from '../../calls/response-headers.js';
import { type ErrorTopic, type TopicAddresses, topicsBelow } from './error-topic.js';
import { findTopic } from './error-topics.js';
import { type MissingTopic, missingTopic } from './missing-topic.js';
import { CONTENT_SECURITY_POLICY, topicHtml } from './topic-html.js';
import { topicMarkdown } from './error-topic.js';

/** What is read from a request; both Express and Fastify have it. */
interface TopicRequest {
  readonly headers: { readonly accept?: string };
  readonly params: { readonly topic?: string };
}

/** Media types in order of preference: a wildcard gets the first. */
const TYPES = ['application/json', 'text/markdown', 'text/html'] as const;
type PageType = (typeof TYPES)[number];

const WRITERS: Readonly<Record<PageType, (page: ErrorTopic | MissingTopic) => string>> = {
  'application/json': (page) => JSON.stringify('json' in page ? page.json : page),
  'text/markdown': topicMarkdown,
  'text/html': topicHtml,
};

/**
 * Serves the error reference. Its routes are added to the HTTP adapter directly, so no guard of the
 * application runs for them: a refused caller can read why.
 */
export class ErrorReferenceRoutes {
  /**
   * @param adapter absent in an application context without HTTP
   * @param pathOf gives the path, global prefix included; asked when the routes are added
   */
  constructor(
    private readonly adapter: AbstractHttpAdapter | undefined,
    private readonly pathOf: () => string,
  ) {}

  /** Adds the routes; the global prefix must be set. */
  register(): void {
    const { adapter } = this;
    if (!adapter) return;
    const path = this.pathOf();
    for (const route of [path, `${path}/:topic`])
      adapter.get(route, (request: TopicRequest, response: unknown) =>
        answer(request, response, adapter, topicsBelow(path)),
      );
  }
}

function answer(
  { headers, params }: TopicRequest,
  response: unknown,
  adapter: AbstractHttpAdapter,
  addresses: TopicAddresses,
): void {
  const topic = findTopic(params.topic, addresses);
  const page = topic ?? missingTopic(addresses);
  const type = (new Negotiator({ headers }).mediaType([...TYPES]) ?? TYPES[0]) as PageType;
  adapter.setHeader(response, 'Content-Type', `${type}; charset=utf-8`);
  adapter.setHeader(response, 'Content-Security-Policy', CONTENT_SECURITY_POLICY);
  adapter.setHeader(response, 'X-Content-Type-Options', 'nosniff');
  vary(response, ['Accept']);
  adapter.reply(response, WRITERS[type](page), topic === undefined ? 404 : 200);
}
