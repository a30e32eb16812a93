import { type ServerProcess, startServer } from './server-process.js';

/** Keeps nothing on disk: what a killed one knew is gone. */
export function startRedis(): Promise<ServerProcess> {
  return startServer({
    command: 'redis-server',
    args: ({ port, folder }) =>
      ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder].concat(
        ['--save', ''],
        ['--appendonly', 'no'],
      ),
  });
}
