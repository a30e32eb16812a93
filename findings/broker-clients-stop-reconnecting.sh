#!/usr/bin/env bash
# Guess:    a broker client that is told to reconnect for ever comes back by itself once the broker accepts its token again.
# Happens:  MQTT.js tries again after a lost connection, but the first CONNACK that is no success ends it for good, "server unavailable"
#           (code 3) as much as "not authorized" (code 5): an "error" event, "close", no "end", no further try. nats.js with
#           maxReconnectAttempts: -1 closes at the second authorization error in a row, though its authenticator is asked for a
#           token at each try. Paho for Python is accepted again by itself after either code.
# Versions: mqtt 5.16.0, nats 2.29.3 on Node.js 20.20.2; Debian python3-paho-mqtt 1.6.1-1, nats-server 2.9.10-1+b3. Run on 2026-11-29.
# Matters:  the broker restarts while the issuer is down, refuses for some seconds, and the services behind these clients stay deaf until
#           somebody restarts them: the process lives, its HTTP side answers. reconnectOnConnackError and ignoreAuthErrorAbort change it.
# Source:   mqttjs/MQTT.js src/lib/handlers/connack.ts and README (reconnectOnConnackError); nats-io/nats.deno nats-base-client/protocol.ts
#           (handleAuthError); eclipse/paho.mqtt.python src/paho/mqtt/client.py (loop_forever).
set -euo pipefail
for p in python3-paho-mqtt=1.6.1-1 nats-server=2.9.10-1+b3; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='mqtt@5.16.0 nats@2.29.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > client.py <<'PY'
import sys
import time
import paho.mqtt.client as mqtt
client = mqtt.Client('c')
client.username_pw_set('u', 't')
client.reconnect_delay_set(1, 1)
client.connect('127.0.0.1', int(sys.argv[1]))
client.loop_start()
time.sleep(30)
PY
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import mqtt from 'mqtt';
import { connect, tokenAuthenticator } from 'nats';
const sleep = (time) => new Promise((done) => setTimeout(done, time));
async function until(reached) {
  for (let waited = 0; waited < 10000 && !reached(); waited += 50) await sleep(50);
}
const started = new Set();
const start = (command, ...args) => {
  const child = spawn(command, args, { stdio: 'ignore' });
  started.add(child);
  return child;
};
process.on('exit', () => started.forEach((child) => child.kill()));
process.on('SIGTERM', () => process.exit(1));

// As much of an MQTT 3.1.1 broker as is needed: it answers CONNECT with a code, and a ping with a ping.
let code = 0;
let answers = [];
const sockets = new Set();
const broker = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => {}).on('close', () => sockets.delete(socket)).on('data', (bytes) => {
    if (bytes[0] === 0xc0) socket.write(Buffer.from([0xd0, 0]));
    if (bytes[0] !== 0x10) return;
    answers.push(code);
    socket.write(Buffer.from([0x20, 2, 0, code]));
    if (code !== 0) socket.end();
  });
}).listen(0, '127.0.0.1');
await new Promise((done) => broker.once('listening', done));
const { port } = broker.address();
const clients = {
  'MQTT.js'() {
    const events = [];
    const client = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: 4, username: 'u', password: 't', reconnectPeriod: 500 });
    for (const name of ['connect', 'error', 'close', 'end']) client.on(name, () => events.push(name));
    return { events, stop: () => client.end(true) };
  },
  'Paho for Python'() {
    const client = start('/usr/bin/python3', 'client.py', port);
    return { stop: () => client.kill() };
  },
};
async function refuseForAWhile(name, refusal) {
  code = 0;
  answers = [];
  const client = clients[name]();
  await until(() => answers.length > 0);
  await sleep(500);
  code = refusal;
  sockets.forEach((socket) => socket.destroy());
  await until(() => answers.includes(refusal));
  await sleep(2500);
  code = 0;
  await sleep(2500);
  const seen = { cameBack: answers.at(-1) === 0, ...(client.events && { events: client.events.join(' ') }) };
  client.stop();
  sockets.forEach((socket) => socket.destroy());
  return seen;
}
const gone = { cameBack: false, events: 'connect close error close' };
for (const refusal of [3, 5]) {
  const seen = { 'MQTT.js': await refuseForAWhile('MQTT.js', refusal), 'Paho for Python': await refuseForAWhile('Paho for Python', refusal) };
  console.log(`CONNACK ${refusal} for 2.5 seconds, then 0:`, seen);
  assert.deepEqual(seen, { 'MQTT.js': gone, 'Paho for Python': { cameBack: true } });
}

const probe = createServer().listen(0, '127.0.0.1');
await new Promise((done) => probe.once('listening', done));
const natsPort = probe.address().port;
await new Promise((done) => probe.close(done));
async function startNats(token) {
  const server = start('nats-server', '-a', '127.0.0.1', '-p', natsPort, '--auth', token);
  await sleep(1000);
  return server;
}
let asked = 0;
const first = await startNats('old');
const nats = await connect({
  servers: `127.0.0.1:${natsPort}`, maxReconnectAttempts: -1, reconnectTimeWait: 200,
  authenticator: tokenAuthenticator(() => {
    asked += 1;
    // The issuer is back for the third try after the first connection; nobody gets that far.
    return asked > 3 ? 'new' : 'old';
  }),
});
first.kill();
await new Promise((done) => first.once('exit', done));
await startNats('new');
const error = await Promise.race([nats.closed(), sleep(10000)]);
console.log('nats.js, maxReconnectAttempts -1:', { closed: nats.isClosed(), code: error?.code, asked });
assert.deepEqual([nats.isClosed(), error?.code, asked], [true, 'AUTHORIZATION_VIOLATION', 3]);
process.exit();
JS
timeout 120 node run.mjs
