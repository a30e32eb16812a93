import { Inject, Injectable, type OnApplicationBootstrap, SetMetadata } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { TOKENS } from '../util/di-tokens.js';
import { graphqlPartsOf } from './graphql-exchange.js';
import { takeChallengeOff } from '../refusals/sent-challenge.js';

/** What `@Plugin()` of @nestjs/apollo writes on a class, which is not imported for a word. */
const APOLLO_PLUGIN = 'graphql:plugin';

interface GraphQLResult {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFault[] | undefined;
}

interface GraphQLFault {
  readonly path?: readonly unknown[] | undefined;
  readonly extensions?: { readonly http?: { readonly headers?: unknown } | undefined } | undefined;
}

/** What is used of Apollo Server when an operation is done; operations of one batch share `http`. */
interface ApolloOperation {
  readonly contextValue: object;
  /** As they were thrown. */
  readonly errors?: readonly GraphQLFault[] | undefined;
  readonly response: {
    readonly http: { readonly headers: Map<string, string> };
    readonly body:
      | { readonly kind: 'single'; readonly singleResult: GraphQLResult }
      | { readonly kind: 'incremental' };
  };
}

/** What is used of Mercurius, where Fastify has it. */
interface MercuriusInstance {
  readonly graphql?: {
    addHook?(
      name: 'onResolution',
      hook: (execution: GraphQLResult, context: object) => Promise<void>,
    ): void;
  };
}

/** What is known of an answer to one request, which has several operations where it is a batch. */
interface Answer {
  hasData: boolean;
  /** Those that Apollo Server takes from errors. */
  readonly challenges: Set<string>;
}

/**
 * Takes the challenge off an answer that has data. Clients that read one there (openid-client and
 * oauth4webapi do, whatever the status) take the whole answer for refused, and throw the data away.
 *
 * Called by the servers when an operation is done: @nestjs/apollo finds its plugins among the providers,
 * Mercurius is given a hook when the application starts.
 */
@Injectable()
@SetMetadata(APOLLO_PLUGIN, true)
export class GraphQLAnswers implements OnApplicationBootstrap {
  private readonly answers = new WeakMap<object, Answer>();

  constructor(@Inject(TOKENS.adapterHost) private readonly adapterHost: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    // Typed as always there; it is absent in an application without HTTP.
    const { httpAdapter } = this.adapterHost as Partial<HttpAdapterHost>;
    const server = httpAdapter?.getInstance<MercuriusInstance | undefined>();
    server?.graphql?.addHook?.('onResolution', (execution, context) => {
      this.settle(context, hasData(execution));
      return Promise.resolve();
    });
  }

  /** Apollo Server's hook. */
  requestDidStart(): Promise<{ willSendResponse(operation: ApolloOperation): Promise<void> }> {
    const willSendResponse = (operation: ApolloOperation): Promise<void> => {
      this.settleApollo(operation);
      return Promise.resolve();
    };
    return Promise.resolve({ willSendResponse });
  }

  private settleApollo({ contextValue, errors = [], response }: ApolloOperation): void {
    const { body, http } = response;
    // What is delivered in parts has its headers sent before all of it is known.
    const answered = body.kind === 'incremental' || hasData(body.singleResult);
    const answer = this.settle(contextValue, answered, errors.flatMap(challengeOf));
    const challenge = http.headers.get('www-authenticate');
    if (answer.hasData && challenge !== undefined && answer.challenges.has(challenge))
      http.headers.delete('www-authenticate');
  }

  private settle(context: object, answered: boolean, challenges: readonly string[] = []): Answer {
    const { request = context, response } = graphqlPartsOf(context);
    const answer = this.answers.get(request) ?? { hasData: false, challenges: new Set() };
    this.answers.set(request, answer);
    answer.hasData ||= answered;
    for (const challenge of challenges) answer.challenges.add(challenge);
    if (answer.hasData && response !== undefined) takeChallengeOff(response);
    return answer;
  }
}

/** Whether anything was answered: a field that failed is `null`, and so is every element of a list that failed. */
function hasData({ data, errors = [] }: GraphQLResult): boolean {
  const failed = new Set(errors.map(({ path }) => path?.[0]));
  return Object.entries(Object(data) as object).some(
    ([key, value]) => !(failed.has(key) && isNothing(value)),
  );
}

function isNothing(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isNothing) : value === null;
}

function challengeOf({ extensions }: GraphQLFault): readonly string[] {
  const headers = extensions?.http?.headers;
  const challenge: unknown = headers instanceof Map ? headers.get('www-authenticate') : undefined;
  return typeof challenge === 'string' ? [challenge] : [];
}
