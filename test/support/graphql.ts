import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { DynamicModule, Type } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { AuthModuleConfig, AuthModuleExtras } from 'nestjs-trusted-issuers';
import {
  type AdapterName,
  type ApplicationOptions,
  startApplication,
  type TestApplication,
} from './application.js';
import type { HttpAnswer } from './http.js';

/** Every GraphQL server @nestjs/graphql has a driver for, on every adapter it runs on. */
export const SERVERS = ['Apollo on Express', 'Apollo on Fastify', 'Mercurius'] as const;
export type ServerName = (typeof SERVERS)[number];

type ServerOptions = Partial<ApolloDriverConfig> | Partial<MercuriusDriverConfig>;

/** One error of an answer. */
export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface GraphQLAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFault[];
}

export interface GraphQLApplication extends TestApplication {
  /** Sends one query over HTTP. */
  query(query: string, token?: string): Promise<HttpAnswer & GraphQLAnswer>;
  /** Sends any body to the GraphQL endpoint. */
  post(body: unknown, token?: string): Promise<HttpAnswer>;
}

export interface GraphQLApplicationOptions extends ApplicationOptions {
  readonly resolvers: readonly Type[];
  readonly graphql?: ServerOptions;
  /** In place of the module made of `graphql`. */
  readonly graphqlModule?: DynamicModule;
}

/** Starts an application that has resolvers and no controllers. */
export async function startGraphQL(
  server: ServerName,
  config: AuthModuleConfig & AuthModuleExtras,
  { resolvers, graphql = {}, graphqlModule, imports = [], ...options }: GraphQLApplicationOptions,
): Promise<GraphQLApplication> {
  const application = await startApplication(config, {
    controllers: [],
    ...options,
    adapter: adapterOf(server),
    imports: [...imports, graphqlModule ?? moduleOf(server, graphql)],
    providers: [...resolvers, ...(options.providers ?? [])],
  });
  const post = (body: unknown, token?: string): Promise<HttpAnswer> =>
    application.call('/graphql', {
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
      ],
      body: JSON.stringify(body),
    });
  return {
    ...application,
    post,
    query: async (query, token) => {
      const answer = await post({ query }, token);
      return { ...answer, ...(answer.json as GraphQLAnswer) };
    },
  };
}

function adapterOf(server: ServerName): AdapterName {
  return server === 'Apollo on Express' ? 'Express' : 'Fastify';
}

export function driverOf(server: ServerName): typeof MercuriusDriver | typeof ApolloDriver {
  return server === 'Mercurius' ? MercuriusDriver : ApolloDriver;
}

function moduleOf(server: ServerName, options: ServerOptions): DynamicModule {
  return GraphQLModule.forRoot({
    driver: driverOf(server),
    autoSchemaFile: true,
    fieldResolverEnhancers: ['guards', 'interceptors'],
    ...options,
  });
}
