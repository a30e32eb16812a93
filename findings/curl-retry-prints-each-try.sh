#!/usr/bin/env bash
# Guess:    curl --retry prints the answer of the last try: TOKEN=$(curl -s --retry 3 … | jq -r .access_token) is the token or empty.
# Happens:  to a pipe it prints each try's body, one after the other. After one 503 jq reads two documents and TOKEN has two lines,
#           "null" and the token. --fail-with-body prints both too; --fail prints the last one only, and -o FILE keeps the last one only.
# Versions: Debian curl 7.88.1-10+deb12u14. Run on 2026-11-29.
# Matters:  the script works in all tests and on the first busy day sends a header with a line end in it, or reads the error's fields for
#           the token's. --retry without --fail is in most recipes for fetching tokens and key sets.
# Source:   curl manual, --retry and --fail-with-body; curl/curl src/tool_operate.c (post_per_transfer truncates files, which a pipe is not).
set -euo pipefail
for p in curl=7.88.1-10+deb12u14; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const tries = {};
const server = createServer((req, res) => {
  tries[req.url] = (tries[req.url] ?? 0) + 1;
  res.writeHead(tries[req.url] === 1 ? 503 : 200, { 'retry-after': '1' }).end(tries[req.url] === 1 ? '{"error":"busy"}' : '{"access_token":"t"}');
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const curl = (path, ...options) => new Promise((done, fail) => {
  const args = ['--silent', '--retry', '3', ...options, `http://127.0.0.1:${server.address().port}/${path}`];
  execFile('curl', args, { timeout: 20000, env: { PATH: process.env.PATH } }, (error, out) => (error ? fail(error) : done(out)));
});
const seen = { plain: await curl('plain'), '--fail-with-body': await curl('with-body', '--fail-with-body'), '--fail': await curl('fail', '--fail') };
await curl('file', '-o', 'answer');
seen['-o FILE'] = readFileSync('answer', 'utf8');
console.log(seen);
server.close();
server.closeAllConnections();
const [busy, token] = ['{"error":"busy"}', '{"access_token":"t"}'];
assert.deepEqual(seen, { plain: busy + token, '--fail-with-body': busy + token, '--fail': token, '-o FILE': token });
JS
timeout 60 node run.mjs
