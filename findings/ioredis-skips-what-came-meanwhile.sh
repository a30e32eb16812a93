#!/usr/bin/env bash
# Guess:    XREAD BLOCK … $ waits for new entries; if the connection breaks meanwhile the call fails, or it loses nothing.
# Happens:  ioredis sends the blocked command again on the new connection, "$" and all, which now means "after what came while I was
#           away": the entries between are skipped, and the caller sees an ordinary answer. node-redis rejects the call. And with
#           ioredis' commandTimeout the promise of a blocked read is rejected in time, but the connection stays in the read:
#           the next commands, a PING even, wait behind it and time out too.
# Versions: ioredis 6.0.0, redis 6.3.1 (npm), Debian redis-server 5:7.0.15-1~deb12u10. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a feed of logouts or withdrawn tokens read this way misses exactly those of the failover, without an error; only a read from
#           the last id seen does not. The timeout meant as a safeguard makes Redis look dead to whoever shares the client.
# Source:   redis/ioredis README ("autoResendUnfulfilledCommands", "commandTimeout"); the Redis manual of XREAD, "The special $ ID".
set -euo pipefail
for p in redis-server=5:7.0.15-1~deb12u10; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='ioredis@6.0.0 redis@6.3.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, server.address().port];
};
const socket = `${process.cwd()}/redis.sock`;
const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', process.cwd()], { stdio: 'ignore' });
process.on('exit', () => server.kill());
process.on('SIGTERM', () => process.exit(1));
const writer = new Redis(socket);
writer.on('error', () => {});
await writer.ping();
// A line to Redis that can be cut and stays cut for a while.
const ends = [];
let isCut = false;
const [, line] = await listen((near) => {
  if (isCut) return near.destroy();
  const far = connect(socket);
  for (const end of [near, far]) end.on('error', () => {});
  near.pipe(far).pipe(near);
  ends.push(near, far);
});
const io = new Redis(line, '127.0.0.1');
const node = createClient({ url: `redis://127.0.0.1:${line}` });
for (const client of [io, node]) client.on('error', () => {});
await node.connect();
await io.ping();
const reads = Promise.allSettled([io.xread('BLOCK', 10000, 'STREAMS', 's', '$'), node.xRead({ key: 's', id: '$' }, { BLOCK: 10000 })]);
const blocked = async () => (await writer.info('clients')).match(/blocked_clients:(\d+)/)[1];
while (await blocked() !== '2') await wait(20);
isCut = true;
for (const end of ends) end.destroy();
while (await blocked() !== '0') await wait(20);
await writer.xadd('s', '*', 'entry', 'while the line was cut');
isCut = false;
while (await blocked() !== '1') await wait(20);
await writer.xadd('s', '*', 'entry', 'afterwards');
const [byIo, byNode] = await reads;
const hasty = new Redis(socket, { commandTimeout: 500 });
hasty.on('error', () => {});
await hasty.ping();
const message = (promise) => promise.then(String, (error) => error.message);
const seen = {
  ioredis: byIo.value[0][1].map(([, fields]) => fields[1]),
  'node-redis': byNode.reason?.message,
  'commandTimeout, read': await message(hasty.xread('BLOCK', 5000, 'STREAMS', 's', '$')),
  'commandTimeout, ping': await message(hasty.ping()),
};
console.log(seen);
assert.deepEqual(seen, {
  ioredis: ['afterwards'], 'node-redis': 'Socket closed unexpectedly', 'commandTimeout, read': 'Command timed out', 'commandTimeout, ping': 'Command timed out',
});
process.exit();
JS
timeout 60 node run.mjs
