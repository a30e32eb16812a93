/** What is used of a client, or a `Cluster`, of ioredis. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** What is used of a client of redis, also of a pool. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** What is used of a cluster of redis, which is told by which key to choose a node. */
export interface NodeRedisCluster {
  readonly slots: readonly unknown[];
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
}

/** A client of the application's, connected by it and closed by it. */
export type RedisClient = IoRedisClient | NodeRedisClient | NodeRedisCluster;

/** Sends one command; its key comes right behind its name. */
export type SendCommand = (name: string, key: string, ...args: string[]) => Promise<unknown>;

const GIVE_CLIENT =
  'Give a client that the application has connected: new Redis(…) of ioredis, or createClient(…) of redis.';

/**
 * One way to talk to the clients of both libraries.
 *
 * @throws TypeError for what is neither.
 */
export function commandsOf(client: RedisClient): SendCommand {
  // Callers without types can pass anything.
  // A function, such as the class of a client, has a call of its own.
  const isObject = typeof client === 'object' && client !== null;
  const given = (isObject ? client : {}) as Partial<IoRedisClient & NodeRedisCluster>;
  // First: clients of ioredis have another sendCommand, too.
  if (typeof given.call === 'function')
    return async (name, ...args) => (client as IoRedisClient).call(name, ...args);
  if (typeof given.sendCommand !== 'function')
    throw new TypeError(`a Redis client has neither call nor sendCommand. ${GIVE_CLIENT}`);
  if (Array.isArray(given.slots))
    return async (name, key, ...args) =>
      (client as NodeRedisCluster).sendCommand(key, false, [name, key, ...args]);
  return async (...args) => (client as NodeRedisClient).sendCommand(args);
}

/** How keys of the application's Redis are named. */
export interface RedisStoreOptions {
  /** What every key begins with, for a Redis that others use, too. */
  readonly prefix?: string;
}

/** @throws TypeError for what is no prefix. */
export function prefixIn({ prefix }: RedisStoreOptions, byDefault: string): string {
  if (prefix === undefined) return byDefault;
  if (typeof prefix === 'string' && prefix !== '') return prefix;
  throw new TypeError('prefix of a Redis store must be a string that is not empty');
}
