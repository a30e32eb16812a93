import { figure, mebibytes, number, paragraphs, table } from './format.mjs';

/** @param {any} result of the revocation section */
export function revocationReport({ marks, memory, atGuard, overHttp, redis }) {
  const count = marks.toLocaleString('en');
  return paragraphs(
    '## Revocations',
    `${count} marks in the memory of a process, mostly on subjects and sessions, beside the same build without the option \`revocation\`. “Added” is the extra time that a remembered token takes at the guard. Over HTTP both processes have collected all garbage before they are measured: to load marks makes garbage, early collections of an idle process make \`process.nextTick\` of Node several times slower for good (findings/nexttick-slow-after-idle-collections.sh), and that alone is a tenth of a request, with marks or without.`,
    table(
      ['what', 'measured'],
      [
        ['memory outside of the heap', mebibytes(memory.bytes)],
        ['heap added', mebibytes(memory.heapBytes)],
        ['load from a store that answers at once, s', number(memory.loadMs / 1_000)],
        ['hot token without the option, µs', figure(atGuard.withoutMicroseconds)],
        ['added by no marks, µs', figure(atGuard.emptyAddedMicroseconds)],
        [`added by ${count} marks, µs`, figure(atGuard.addedMicroseconds)],
        [
          'hot token, HTTP on Fastify: CPU per request, of that without',
          figure(overHttp.cpuOfWithout),
        ],
        ...redisRows(redis),
      ],
    ),
    redis
      ? `The last rows: \`RedisRevocationStore\` over ioredis and a \`redis-server\` of this machine; from the call of \`revokeSubject\` in one process until another one answers 401, ${redis.seen.count} times, under ${redis.seen.rate.toLocaleString('en')} requests a second on the two.`
      : 'There is no `redis-server` on this machine, so what goes through Redis was not measured.',
  );
}

function redisRows(redis) {
  if (!redis) return [];
  const { bytes, loadMs, seen } = redis;
  return [
    ['memory of Redis', mebibytes(bytes)],
    ['load from Redis, s', number(loadMs / 1_000)],
    ['seen by the other process, p50, ms', number(seen.p50)],
    ['seen by the other process, p99, ms', number(seen.p99)],
    ['seen by the other process, longest, ms', number(seen.longest)],
  ];
}
