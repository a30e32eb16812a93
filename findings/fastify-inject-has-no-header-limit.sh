#!/usr/bin/env bash
# Guess:    a token that passes through fastify.inject() in a test passes through the socket too; inject() "simulates" the request.
# Happens:  inject() builds the request object without Node's HTTP parser, so the limit on all headers together (16 KiB) is not there.
#           A token of 17,000 characters is 200 by inject() and 431 over the socket, with a body that no route, hook or error
#           handler of the application wrote. setErrorHandler is not called for it; clientErrorHandler is.
# Versions: fastify 5.12.8 on Node.js 20.20.2. Run on 2026-11-29.
# Matters:  tokens with many groups or permissions grow; a suite that runs by inject() (the usual way with Nest on Fastify) stays
#           green past the size at which production refuses everything that user sends, outside the documented error format.
# Source:   fastify/light-my-request lib/request.js; Node.js --max-http-header-size; fastify docs, "clientErrorHandler".
set -euo pipefail
pins='fastify@5.12.8'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { get } from 'node:http';
import Fastify from 'fastify';
assert.equal(process.version, 'v20.20.2', 'the Node.js version described');
const app = Fastify();
let handled = 0;
app.setErrorHandler((error, _, reply) => { handled += 1; reply.code(400).send({ code: 'ours' }); });
app.get('/', async (req) => ({ length: req.headers.authorization.length }));
await app.listen({ port: 0, host: '127.0.0.1' });
const overSocket = (headers) => new Promise((done, fail) => {
  get({ host: '127.0.0.1', port: app.server.address().port, headers, timeout: 5000 }, (res) => {
    let body = '';
    res.on('data', (chunk) => { body += chunk; }).on('end', () => done({ statusCode: res.statusCode, body }));
  }).on('error', fail);
});
const seen = [];
for (const length of [10000, 17000]) {
  const headers = { authorization: `Bearer ${'x'.repeat(length)}` };
  const injected = await app.inject({ url: '/', headers });
  const real = await overSocket(headers);
  console.log(`${length} characters: inject ${injected.statusCode}, socket ${real.statusCode} ${real.body}`);
  seen.push([injected.statusCode, real.statusCode]);
}
await app.close();
assert.deepEqual(seen, [[200, 200], [200, 431]]);
assert.equal(handled, 0);
JS
timeout 60 node run.mjs
