#!/usr/bin/env bash
# Guess:    oauth4webapi's protectedResourceRequest throws for a refusal and returns whatever else the API says.
# Happens:  it looks at the header alone. A 200 that carries WWW-Authenticate is thrown as WWWAuthenticateChallengeError; a 401
#           without that header is returned as a plain Response.
# Versions: oauth4webapi 3.8.8. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  RFC 9110 11.6.1 allows the header on any answer, to say that other credentials would show more. An API that sends it
#           on every answer (a proxy adds it, a public route offers login) works in all other clients and fails here on success.
# Source:   RFC 9110 section 11.6.1; panva/oauth4webapi src/index.ts (protectedResourceRequest, checkAuthenticationChallenges).
set -euo pipefail
pins='oauth4webapi@3.8.8'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { allowInsecureRequests, protectedResourceRequest } from 'oauth4webapi';
const server = createServer((req, res) => {
  const [, status, challenged] = req.url.split('/');
  res.writeHead(Number(status), challenged ? { 'WWW-Authenticate': 'Bearer realm="api"' } : {}).end('{}');
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const seen = {};
for (const path of ['200', '200/challenge', '401', '401/challenge']) {
  const url = new URL(`http://127.0.0.1:${server.address().port}/${path}`);
  seen[path] = await protectedResourceRequest('token', 'GET', url, undefined, null, {
    [allowInsecureRequests]: true, signal: AbortSignal.timeout(5000),
  }).then((response) => `returned ${response.status}`, (error) => `threw ${error.name} ${error.status}`);
}
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  200: 'returned 200',
  '200/challenge': 'threw WWWAuthenticateChallengeError 200',
  401: 'returned 401',
  '401/challenge': 'threw WWWAuthenticateChallengeError 401',
});
JS
timeout 60 node run.mjs
