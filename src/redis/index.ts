export { RedisReplayStore } from './redis-replay-store.js';
export { RedisRevocationStore } from './redis-revocation-store.js';
export type { IoRedisClient } from './redis-client.js';
export type { NodeRedisClient } from './redis-client.js';
export type { NodeRedisCluster } from './redis-client.js';
export type { RedisClient } from './redis-client.js';
export type { RedisStoreOptions } from './redis-client.js';
