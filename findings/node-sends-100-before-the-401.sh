#!/usr/bin/env bash
# Guess:    a client that sends "Expect: 100-continue" with a large upload and an expired token is told 401 and keeps its body.
# Happens:  Node answers "100 Continue" itself as soon as the headers are read, before the application runs; the 401 follows at once,
#           but the client has been told to send. No guard, hook or middleware can be early enough. Only a server with a
#           "checkContinue" listener can refuse first, and then both frameworks can be handed the request there.
# Versions: express 5.3.0, fastify 5.12.8 on Node.js 20.20.2. Run on 2026-11-29.
# Matters:  curl and most SDKs for large objects send the header just for this case; behind Node each refused upload
#           crosses the network in full, and the 401 arrives in the middle of it.
# Source:   RFC 9110 section 10.1.1; Node.js http docs, "checkContinue".
set -euo pipefail
pins='express@5.3.0 fastify@5.12.8'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import Fastify from 'fastify';
assert.equal(process.version, 'v20.20.2', 'the Node.js version described');
const viaExpress = express().use((req, res) => res.status(401).set('WWW-Authenticate', 'Bearer').end());
const viaFastify = Fastify();
viaFastify.addHook('onRequest', async (_, reply) => reply.code(401).header('WWW-Authenticate', 'Bearer').send());
viaFastify.post('/', async () => 'stored');
await viaFastify.ready();
const handlers = { express: viaExpress, fastify: (req, res) => viaFastify.routing(req, res) };
async function statusLines(handler, early) {
  const server = createServer(handler);
  if (early) server.on('checkContinue', handler);
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const socket = connect(server.address().port, '127.0.0.1');
  socket.setTimeout(5000, () => socket.destroy(new Error('no answer')));
  socket.write('POST / HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer old\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n');
  let received = '';
  for await (const chunk of socket) {
    received += chunk;
    if (received.includes('401')) break;
  }
  socket.destroy();
  server.close();
  server.closeAllConnections();
  return received.match(/HTTP\/1\.1 \d+/g);
}
const seen = {};
for (const [name, handler] of Object.entries(handlers)) seen[name] = [await statusLines(handler, false), await statusLines(handler, true)];
console.log('[as usual, with checkContinue]', JSON.stringify(seen));
const expected = [['HTTP/1.1 100', 'HTTP/1.1 401'], ['HTTP/1.1 401']];
assert.deepEqual(seen, { express: expected, fastify: expected });
JS
timeout 60 node run.mjs
