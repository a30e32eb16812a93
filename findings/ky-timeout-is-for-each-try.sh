#!/usr/bin/env bash
# Guess:    ky's timeout (10 seconds by default) bounds the call with all its retries, as its documentation says.
# Happens:  it bounds each try; the waits between tries are outside. With timeout 1000 and a 503 whose Retry-After is 3 the call makes
#           three tries in six seconds and ends as HTTPError, not TimeoutError. Nor is Retry-After cut down to the timeout, as the readme
#           has it, or a reason to stop, as the types have it: without maxRetryAfter it is waited for, however long.
# Versions: ky 1.14.3. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  an API or issuer in trouble that answers at once and names an hour holds each caller for two, with its memory, its
#           connection slot and its user; the timeout that should have prevented it is set and looks right.
# Source:   sindresorhus/ky source/core/Ky.ts (#calculateRetryDelay), source/utils/normalize.ts; its readme, "retry" and "timeout".
set -euo pipefail
pins='ky@1.14.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import ky from 'ky';
const timeout = 1000;
const at = [];
const server = createServer((_, res) => {
  at.push(Date.now());
  res.writeHead(503, { 'retry-after': '3' }).end('{"code":"busy"}');
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const from = Date.now();
const { name } = await ky(`http://127.0.0.1:${server.address().port}/`, { timeout }).catch((error) => error);
const seconds = Math.round((Date.now() - from) / 1000);
const waits = at.slice(1).map((time, i) => Math.round((time - at[i]) / 1000));
console.log(`timeout ${timeout} ms, Retry-After 3 s`, { name, waits, seconds });
server.close();
server.closeAllConnections();
assert.equal(name, 'HTTPError');
assert.equal(at.length, 3);
assert.ok(waits.every((wait) => wait >= 3) && seconds >= 6);
JS
timeout 60 node run.mjs
