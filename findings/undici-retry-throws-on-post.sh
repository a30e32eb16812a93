#!/usr/bin/env bash
# Guess:    a retrying undici client that does not retry a POST hands its 503 to the caller as it came.
# Happens:  one request is sent, and the call throws: request() a RequestRetryError, fetch() a bare "TypeError: fetch failed".
#           The answer's body is not read and not on the error. A status outside the retry list (401) is returned as usual.
#           With throwOnError: false the 503 is returned.
# Versions: undici 7.30.2. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  adding RetryAgent for GETs changes what each POST caller sees: "if (response.status === 503)" is never reached, and with
#           fetch an answered refusal looks like a broken connection.
# Source:   nodejs/undici lib/handler/retry-handler.js and docs/docs/api/RetryHandler.md.
set -euo pipefail
pins='undici@7.30.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { Agent, RetryAgent, fetch, request } from 'undici';
let requests = 0;
const server = createServer((req, res) => {
  requests += 1;
  req.resume().on('end', () => {
    res.writeHead(Number(req.url.slice(1)), { 'Retry-After': '1', 'Content-Type': 'application/json' }).end('{"code":"keys_unavailable"}');
  });
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}`;
const plain = new Agent();
const retrying = new RetryAgent(new Agent(), { maxRetries: 2 });
const quiet = new RetryAgent(new Agent(), { maxRetries: 2, throwOnError: false });
async function seenBy(call, status, dispatcher) {
  requests = 0;
  try {
    const response = await call(`${origin}/${status}`, { method: 'POST', body: '{}', dispatcher, signal: AbortSignal.timeout(8000) });
    const body = await (response.body?.text ? response.body.text() : response.text());
    return `returned ${response.statusCode ?? response.status} ${body}, requests ${requests}`;
  } catch (error) {
    return `threw ${error.name}${error.body ? ' with a body' : ''} (${error.cause?.message ?? error.message}), requests ${requests}`;
  }
}
const refusal = '{"code":"keys_unavailable"}';
const cases = [
  ['request, no retry agent, 503', request, 503, plain, `returned 503 ${refusal}, requests 1`],
  ['request, RetryAgent, 503', request, 503, retrying, 'threw RequestRetryError (Request failed), requests 1'],
  ['fetch, RetryAgent, 503', fetch, 503, retrying, 'threw TypeError (Request failed), requests 1'],
  ['fetch, RetryAgent, 401', fetch, 401, retrying, `returned 401 ${refusal}, requests 1`],
  ['fetch, throwOnError false, 503', fetch, 503, quiet, `returned 503 ${refusal}, requests 1`],
];
for (const [label, call, status, dispatcher, expected] of cases) {
  const seen = await seenBy(call, status, dispatcher);
  console.log(`${label}: ${seen}`);
  assert.equal(seen, expected);
}
await Promise.all([plain.close(), retrying.close(), quiet.close()]);
server.close();
server.closeAllConnections();
JS
timeout 60 node run.mjs
