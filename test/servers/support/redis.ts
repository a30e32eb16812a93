import { type ServerProcess, startServer } from './server-process.js';

/** How a Redis is started. */
export interface RedisOptions {
  /** Writes every command to disk before it answers, and reads them when it starts. Default: it keeps nothing. */
  readonly isDurable?: boolean;
  /** Further arguments of `redis-server`. */
  readonly args?: readonly string[];
}

/** On loopback. What one that is not durable knew is gone when it is killed. */
export function startRedis({
  isDurable = false,
  args = [],
}: RedisOptions = {}): Promise<ServerProcess> {
  return startServer({
    command: 'redis-server',
    args: ({ port, folder }) =>
      ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder].concat(
        ['--save', ''],
        ['--appendonly', isDurable ? 'yes' : 'no', '--appendfsync', 'always'],
        args,
      ),
  });
}
