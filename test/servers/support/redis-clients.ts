import { Redis } from 'ioredis';
import type { RedisClient } from 'nestjs-trusted-issuers/redis';
import { createClient } from 'redis';

/** The libraries every promise to Redis is kept on. */
export const LIBRARIES = ['ioredis', 'redis'] as const;
export type Library = (typeof LIBRARIES)[number];

/** A client of either library. */
export interface TestClient {
  readonly client: RedisClient;
  send(...command: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

/** Comes back soon after a failure, as an application's would, and waits for no connection. */
export function clientOf(
  library: Library,
  port: number,
  credentials: Credentials = {},
): TestClient {
  return library === 'ioredis' ? ioRedisOf(port, credentials) : nodeRedisOf(port, credentials);
}

function ioRedisOf(port: number, credentials: Credentials): TestClient {
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, ...credentials });
  client.on('error', () => undefined);
  return {
    client,
    send: (...[name = '', ...args]) => client.call(name, ...args),
    close: async () => client.disconnect(),
  };
}

function nodeRedisOf(port: number, credentials: Credentials): TestClient {
  const client = createClient({
    socket: { port, host: '127.0.0.1', reconnectStrategy: () => 50 },
    ...credentials,
  });
  client.on('error', () => undefined);
  void client.connect().catch(() => undefined);
  return {
    client,
    send: (...command) => client.sendCommand([...command]),
    close: async () => client.destroy(),
  };
}
