#!/usr/bin/env bash
# Guess:    an Authorization header that the caller sets is sent; user and password in the base address are at most a default.
# Happens:  axios, got and superagent throw the header away and send Basic from the address instead. Node's http.request and
#           undici's request send the caller's Bearer. fetch refuses the address before anything is sent.
# Versions: axios 1.21.1, got 14.6.6, superagent 10.4.2, undici 7.30.2, Node.js 20.20.2. Run on 2026-11-29.
# Matters:  a staging address such as https://user:password@host in an environment variable is usual. The same code is then
#           answered "wrong scheme, no token" with one client and works with the next, and no log of the caller shows why.
# Source:   axios lib/adapters/http.js; sindresorhus/got source/core/options.ts; ladjs/superagent src/node/index.js; Node.js lib/_http_client.js; the Fetch standard on URLs with credentials.
set -euo pipefail
pins='axios@1.21.1 got@14.6.6 superagent@10.4.2 undici@7.30.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer, get } from 'node:http';
import axios from 'axios';
import got from 'got';
import superagent from 'superagent';
import { request } from 'undici';
let received;
const server = createServer((req, res) => { received = req.headers.authorization; res.end(); }).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const url = `http://stage:secret@127.0.0.1:${server.address().port}/`;
const headers = { Authorization: 'Bearer token' };
const clients = {
  axios: () => axios.get(url, { headers, timeout: 5000 }),
  got: () => got(url, { headers, retry: { limit: 0 }, timeout: { request: 5000 } }),
  superagent: () => superagent.get(url).set(headers).timeout(5000),
  'http.request': () => new Promise((done, fail) => get(url, { headers, timeout: 5000 }, (res) => res.resume().on('end', done)).on('error', fail)),
  'undici request': async () => (await request(url, { headers })).body.dump(),
  fetch: () => fetch(url, { headers }),
};
const seen = {};
for (const [name, call] of Object.entries(clients)) {
  received = 'nothing sent';
  await call().catch((error) => { received += `, ${error.name}`; });
  seen[name] = received.split(' ')[0] === 'nothing' ? received : received.split(' ')[0];
}
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  axios: 'Basic', got: 'Basic', superagent: 'Basic', 'http.request': 'Bearer', 'undici request': 'Bearer', fetch: 'nothing sent, TypeError',
});
JS
timeout 60 node run.mjs
