#!/usr/bin/env bash
# Guess:    nginx auth_request hands the challenge of a refusing auth endpoint on to the client, as its manual says for 401.
# Happens:  of two WWW-Authenticate lines (Bearer and DPoP, say) the client gets the first only; both in one line come through.
#           The challenge of a 403 is dropped, so insufficient_scope and the scope that would do are lost. In all cases
#           nginx's own HTML page takes the place of the endpoint's body.
# Versions: nginx 1.22.1-9+deb12u11 (Debian package nginx), Node.js 20.20.2 as auth endpoint. Run on 2026-11-29.
# Matters:  a refusal that is right without nginx loses its second scheme behind it, and step-up by scope (RFC 6750 3.1, the MCP
#           authorization chapter) can't start.
# Source:   nginx src/http/modules/ngx_http_auth_request_module.c; the manual of ngx_http_auth_request_module; RFC 9110 11.6.1.
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' nginx 2>/dev/null)" = 1.22.1-9+deb12u11 ] || { echo 'needs Debian nginx 1.22.1-9+deb12u11'; exit 1; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
const bearer = 'Bearer error="insufficient_scope", scope="write"';
const dpop = 'DPoP algs="ES256"';
const refusals = { '/401/two': [bearer, dpop], '/401/joined': `${bearer}, ${dpop}`, '/403/one': bearer };
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, server.address().port];
};
const [auth, authPort] = await listen((req, res) => {
  const path = req.url.replace('/auth', '');
  res.writeHead(Number(path.split('/')[1]), { 'WWW-Authenticate': refusals[path] }).end('{"code":"ours"}');
});
const [probe, port] = await listen();
await new Promise((done) => probe.close(done));
const upstream = `proxy_pass http://127.0.0.1:${authPort};`;
writeFileSync('nginx.conf', `
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    ${Object.keys(refusals).map((path) => `location = ${path} { auth_request /auth${path}; ${upstream} }`).join('\n')}
    location /auth/ { internal; ${upstream} proxy_pass_request_body off; proxy_set_header Content-Length ""; }
  }
}`);
const nginx = spawn('nginx', ['-p', `${process.cwd()}/`, '-c', 'nginx.conf', '-e', 'stderr'], { stdio: ['ignore', 'inherit', 'inherit'] });
process.on('exit', () => nginx.kill());
process.on('SIGTERM', () => process.exit(1));
const ask = (path) => new Promise((done, fail) => {
  get({ host: '127.0.0.1', port, path, timeout: 5000 }, (res) => {
    let body = '';
    const lines = res.rawHeaders.filter((_, i, all) => i % 2 === 1 && /^www-authenticate$/i.test(all[i - 1]));
    res.on('data', (chunk) => { body += chunk; }).on('end', () => done([res.statusCode, lines, body.startsWith('<html>') ? 'HTML' : body]));
  }).on('error', fail);
});
for (let tries = 50; tries > 0 && !(await ask('/').catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
const seen = {};
for (const path of Object.keys(refusals)) seen[path] = await ask(path);
console.log(seen);
assert.deepEqual(seen, { '/401/two': [401, [bearer], 'HTML'], '/401/joined': [401, [`${bearer}, ${dpop}`], 'HTML'], '/403/one': [403, [], 'HTML'] });
process.exit();
JS
timeout 60 node run.mjs
