import { type Client, createClient, type FormattedExecutionResult } from 'graphql-ws';
import { WebSocket } from 'undici';

/** What a client says when it opens its WebSocket. */
export interface SocketCredentials {
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  /** Of the upgraded request; browsers can set none. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A graphql-ws client with one connection. */
export interface GraphQLSocket {
  /** Results of an operation, as they come. */
  results(query: string): AsyncIterableIterator<FormattedExecutionResult>;
  /** The first result of an operation. */
  first(query: string): Promise<FormattedExecutionResult>;
  /** How the connection was closed. */
  readonly closed: Promise<Closing>;
  close(): Promise<void>;
}

export function connectGraphQL(url: string, credentials: SocketCredentials = {}): GraphQLSocket {
  const { connectionParams, headers = {} } = credentials;
  class HeaderedWebSocket extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, { protocols: protocol, headers });
    }
  }
  let client: Client | undefined;
  const closed = new Promise<Closing>((resolve) => {
    client = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: HeaderedWebSocket,
      retryAttempts: 0,
      // One connection for all operations; how it is closed is for the test to look at.
      lazy: false,
      onNonLazyError: () => {},
      ...(connectionParams && { connectionParams: { ...connectionParams } }),
      on: { closed: (event) => resolve(event as Closing) },
    });
  });
  const results = (query: string): AsyncIterableIterator<FormattedExecutionResult> =>
    (client as Client).iterate({ query });
  return {
    results,
    closed,
    first: async (query) => {
      const iterator = results(query);
      const { value } = (await iterator.next()) as { value: FormattedExecutionResult };
      await iterator.return?.();
      return value;
    },
    close: async () => client?.dispose(),
  };
}
