#!/usr/bin/env bash
# Guess:    a shared cache keeps no answer to a request with Authorization, unless the answer says "public", "s-maxage" or
#           "must-revalidate" (RFC 9111 section 3.5).
# Happens:  nginx proxy_cache knows no such rule. With "Cache-Control: max-age=60" the answer to Alice's token goes to Bob, and to
#           callers without any token. Vary: Authorization keeps them apart, and so does proxy_no_cache with proxy_cache_bypass.
# Versions: nginx 1.22.1-9+deb12u11 (Debian package nginx), Node.js 20.20.2 as origin. Run on 2026-11-29.
# Matters:  max-age without "private" is harmless behind a cache that follows the RFC, and tests with one will not show the leak.
# Source:   RFC 9111 section 3.5; the manual of ngx_http_proxy_module (proxy_cache_valid, proxy_no_cache).
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' nginx 2>/dev/null)" = 1.22.1-9+deb12u11 ] || { echo 'needs Debian nginx 1.22.1-9+deb12u11'; exit 1; }
dir=$(mktemp -d); chmod 755 "$dir"; trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, server.address().port];
};
const [origin, originPort] = await listen((req, res) => {
  res.setHeader('Cache-Control', 'max-age=60');
  if (req.url.startsWith('/vary')) res.setHeader('Vary', 'Authorization');
  res.end(`for ${req.headers.authorization ?? 'nobody'}`);
});
const [probe, port] = await listen();
await new Promise((done) => probe.close(done));
const cached = `proxy_pass http://127.0.0.1:${originPort}; proxy_cache all;`;
writeFileSync('nginx.conf', `
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
  proxy_cache_path cache keys_zone=all:1m;
  server {
    listen 127.0.0.1:${port};
    location / { ${cached} }
    location /told { ${cached} proxy_no_cache $http_authorization; proxy_cache_bypass $http_authorization; }
  }
}`);
const nginx = spawn('nginx', ['-p', `${process.cwd()}/`, '-c', 'nginx.conf', '-e', 'stderr'], { stdio: ['ignore', 'inherit', 'inherit'] });
process.on('exit', () => nginx.kill());
process.on('SIGTERM', () => process.exit(1));
const ask = (path, authorization) => new Promise((done, fail) => {
  get({ host: '127.0.0.1', port, path, timeout: 5000, headers: authorization ? { authorization } : {} }, (res) => {
    let body = '';
    res.on('data', (chunk) => { body += chunk; }).on('end', () => done(body));
  }).on('error', fail);
});
for (let tries = 50; tries > 0 && !(await ask('/ready').catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
const seen = {};
for (const path of ['/plain', '/vary', '/told']) seen[path] = [await ask(path, 'alice'), await ask(path, 'bob'), await ask(path)];
console.log(seen);
assert.deepEqual(seen, {
  '/plain': ['for alice', 'for alice', 'for alice'],
  '/vary': ['for alice', 'for bob', 'for nobody'],
  '/told': ['for alice', 'for bob', 'for nobody'],
});
origin.close();
process.exit();
JS
timeout 60 node run.mjs
