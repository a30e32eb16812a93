#!/usr/bin/env bash
# Guess:    wget --content-on-error writes the body of every error answer, as its manual says.
# Happens:  of a 400, a 403 and a 503, yes. The body of a 401 is always thrown away (exit code 6 instead of 8), also when the caller
#           sends a token and the challenge is Bearer, which wget can't answer. curl --fail-with-body writes all four.
# Versions: wget 1.21.3-1+deb12u1, curl 7.88.1-10+deb12u14 (Debian). Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  an API puts the reason of a refused token into the 401 body; health checks and cron scripts on wget can't log it, and a
#           script that tests for exit code 8 takes an expired token for something else.
# Source:   GNU Wget manual, --content-on-error; wget src/http.c (gethttp, the branch for HTTP_STATUS_UNAUTHORIZED).
set -euo pipefail
for want in wget=1.21.3-1+deb12u1 curl=7.88.1-10+deb12u14; do
  [ "$(dpkg-query -W -f '${Version}' "${want%%=*}" 2>/dev/null)" = "${want#*=}" ] || { echo "needs Debian $want"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
const server = createServer((req, res) => {
  const status = Number(req.url.slice(1));
  res.writeHead(status, status === 401 ? { 'WWW-Authenticate': 'Bearer error="invalid_token"' } : {}).end(`body of ${status}`);
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const header = ['--header', 'Authorization: Bearer old'];
const tools = {
  wget: ['--no-config', '-q', '--content-on-error', '--tries=1', '--timeout=5', ...header, '-O', '-'],
  curl: ['-q', '-s', '--fail-with-body', '--max-time', '5', ...header],
};
const run = (tool, url) => new Promise((done) => {
  execFile(tool, [...tools[tool], url], { timeout: 10000, env: { PATH: process.env.PATH } }, (error, out) => done(`exit ${error?.code ?? 0}, ${out || 'no body'}`));
});
const seen = {};
for (const status of [400, 401, 403, 503]) {
  const url = `http://127.0.0.1:${server.address().port}/${status}`;
  seen[status] = [await run('wget', url), await run('curl', url)];
}
console.log('[wget, curl]', seen);
server.close();
server.closeAllConnections();
const written = (status) => [`exit 8, body of ${status}`, `exit 22, body of ${status}`];
assert.deepEqual(seen, { 400: written(400), 401: ['exit 6, no body', 'exit 22, body of 401'], 403: written(403), 503: written(503) });
JS
timeout 60 node run.mjs
