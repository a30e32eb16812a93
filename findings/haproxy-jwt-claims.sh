#!/usr/bin/env bash
# Guess:    HAProxy's jwt_payload_query('$.claim') yields the claim: an array as text, a number as its digits.
# Happens:  an array is nothing at all: "aud": ["api"], also with its one entry, reads as empty, while "aud": "api" and $.aud[0] read
#           as expected. A number comes in the manner of printf's %g, six digits: exp 1893456789 is 1.89346e+09. Only
#           jwt_payload_query('$.exp','int') gives the digits.
# Versions: HAProxy 2.6.12-1+deb12u4 (Debian package haproxy); jsonwebtoken 9.0.3. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a rule on aud passes in tests and refuses everybody on the day the issuer adds a second audience (RFC 7519 4.1.3 allows
#           both forms at any time); a header with the expiry or a numeric identifier reaches the API rounded, the expiry
#           by up to an hour and more.
# Source:   haproxy/haproxy src/sample.c (sample_conv_json_query); HAProxy configuration manual, json_query and jwt_payload_query.
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' haproxy 2>/dev/null)" = 2.6.12-1+deb12u4 ] || { echo 'needs Debian haproxy 2.6.12-1+deb12u4'; exit 1; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 jsonwebtoken@9.0.3
[ "$(node -p "require('./node_modules/jsonwebtoken/package.json').version")" = 9.0.3 ] || { echo 'not the version described: jsonwebtoken'; exit 1; }
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import jwt from 'jsonwebtoken';
const probe = createServer().listen(0, '127.0.0.1');
await new Promise((done) => probe.once('listening', done));
const { port } = probe.address();
await new Promise((done) => probe.close(done));
const query = (path, type = '') => `%[var(txn.token),jwt_payload_query('\\$.${path}'${type})]`;
const fields = { aud: query('aud'), first: query('aud[0]'), exp: query('exp'), int: query('exp', ",'int'"), roles: query('roles') };
writeFileSync('haproxy.cfg', `
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend api
  bind 127.0.0.1:${port}
  http-request set-var(txn.token) http_auth_bearer
  http-request return status 200 content-type text/plain lf-string "${Object.entries(fields).map(([k, v]) => `${k}=${v}`).join(' ')}"
`);
const haproxy = spawn('haproxy', ['-f', 'haproxy.cfg', '-db', '-q'], { stdio: 'ignore' });
process.on('exit', () => haproxy.kill());
process.on('SIGTERM', () => process.exit(1));
const ask = (claims) => fetch(`http://127.0.0.1:${port}/`, {
  headers: { authorization: `Bearer ${jwt.sign({ exp: 1893456789, ...claims }, 'k'.repeat(32))}` }, signal: AbortSignal.timeout(5000),
}).then((response) => response.text());
for (let tries = 50; tries > 0 && !(await ask({}).catch(() => '')); tries -= 1) await new Promise((done) => setTimeout(done, 100));
const number = 'exp=1.89346e+09 int=1893456789';
const cases = [
  [{ aud: 'api' }, `aud=api first= ${number} roles=`],
  [{ aud: ['api'], roles: ['reader'] }, `aud= first=api ${number} roles=`],
  [{ aud: ['api', 'other'] }, `aud= first=api ${number} roles=`],
];
for (const [claims, expected] of cases) {
  const seen = await ask(claims);
  console.log(JSON.stringify(claims), '->', seen);
  assert.equal(seen, expected);
}
process.exit();
JS
timeout 60 node run.mjs
