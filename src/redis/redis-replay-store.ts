import type { ReplayStore } from '../core/dpop/replay-store.js';
import {
  commandsOf,
  prefixIn,
  type RedisClient,
  type RedisStoreOptions,
  type SendCommand,
} from './redis-client.js';

const DEFAULT_PREFIX = 'trusted-issuers:replay:';

/**
 * A {@link ReplayStore} in Redis 6.2 or later, or Valkey: a DPoP proof is good once for all processes together.
 * One command a proof, `SET key 1 NX EXAT until`: Redis itself forgets the key in time.
 */
export class RedisReplayStore implements ReplayStore {
  private readonly send: SendCommand;
  private readonly prefix: string;

  /**
   * @param client connected by the application, which also closes it, hears its errors, and says how it comes
   * back after a failure.
   * @param options `prefix`: what the name of each key begins with. Default `trusted-issuers:replay:`.
   * @throws TypeError for what is no client of ioredis or redis, and for an empty prefix
   */
  constructor(client: RedisClient, options: RedisStoreOptions = {}) {
    this.send = commandsOf(client);
    this.prefix = prefixIn(options, DEFAULT_PREFIX);
  }

  /** @throws Error, as a rejection, when Redis fails, or gives another answer than that of SET. */
  async reserve(key: string, untilSeconds: number): Promise<boolean> {
    const expiry = ['NX', 'EXAT', String(Math.ceil(untilSeconds))];
    const answer = await this.send('SET', this.prefix + key, '1', ...expiry);
    if (answer === null) return false;
    if (String(answer) === 'OK') return true;
    throw new Error('Redis gave another answer to SET … NX than OK or none');
  }
}
