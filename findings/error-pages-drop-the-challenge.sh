#!/usr/bin/env bash
# Guess:    a proxy that shows its own page for an upstream 401, 403 or 503 changes the body and leaves the answer's other headers.
# Happens:  everything goes but the status. Of a 401 nginx and Apache keep the first WWW-Authenticate line, lighttpd keeps both, Caddy none
#           (there copy_response_headers would). Of a 403 all four drop the challenge, of a 503 Retry-After. DPoP-Nonce and the CORS
#           header go in every case. Without the option all of them pass through all four.
# Versions: nginx 1.22.1-9+deb12u11, Apache 2.4.71-1~deb12u1 (apache2-bin), lighttpd 1.4.69-1, Caddy 2.6.2-5 (Debian packages), Node.js
#           20.20.2 as API. Run on 2026-11-29.
# Matters:  the option is set for the pages of people and covers the API of the same host: step-up by scope stops, a DPoP client never
#           gets the nonce it has to use, a page in the browser sees a network failure, and retries come at once.
# Source:   the manuals of ngx_http_proxy_module (proxy_intercept_errors), mod_proxy (ProxyErrorOverride), lighttpd
#           (server.error-intercept) and Caddy (handle_response); RFC 6750 section 3.1; RFC 9449 section 9.
set -euo pipefail
for p in nginx=1.22.1-9+deb12u11 apache2-bin=2.4.71-1~deb12u1 lighttpd=1.4.69-1 caddy=2.6.2-5; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; chmod 755 .
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
const dir = process.cwd();
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, server.address().port];
};
const watched = ['WWW-Authenticate', 'Retry-After', 'DPoP-Nonce', 'Access-Control-Allow-Origin'];
const [api, apiPort] = await listen((req, res) => {
  res.writeHead(Number(req.url.split('/')[2]), {
    'WWW-Authenticate': ['Bearer scope="write"', 'DPoP algs="ES256"'], 'Retry-After': '7', 'DPoP-Nonce': 'n', 'Access-Control-Allow-Origin': '*',
  }).end('{"code":"ours"}');
});
const ports = {};
for (const name of ['nginx', 'apache2', 'lighttpd', 'caddy']) {
  const [probe, port] = await listen();
  await new Promise((done) => probe.close(done));
  ports[name] = port;
}
const statuses = [401, 403, 503];
for (const status of statuses) writeFileSync(`${status}.html`, '<html>page</html>');
const upstream = `http://127.0.0.1:${apiPort}`;
writeFileSync('nginx.conf', `
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
  server {
    listen 127.0.0.1:${ports.nginx};
    root ${dir};
    ${statuses.map((status) => `error_page ${status} /${status}.html; location = /${status}.html { internal; }`).join('\n')}
    location / { proxy_pass ${upstream}; }
    location /pages/ { proxy_pass ${upstream}; proxy_intercept_errors on; }
  }
}`);
writeFileSync('apache2.conf', `
ServerName localhost
PidFile ${dir}/apache.pid
ErrorLog ${dir}/apache.log
User www-data
Group www-data
Mutex sem
${['mpm_event', 'authz_core', 'proxy', 'proxy_http'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
Listen 127.0.0.1:${ports.apache2}
${statuses.map((status) => `ErrorDocument ${status} "<html>page</html>"`).join('\n')}
<Location /pages/>
  ProxyErrorOverride On
</Location>
ProxyPass / ${upstream}/
`);
writeFileSync('lighttpd.conf', `
server.document-root = "${dir}"
server.port = ${ports.lighttpd}
server.bind = "127.0.0.1"
server.modules = ("mod_proxy")
server.errorfile-prefix = "${dir}/"
server.errorlog = "${dir}/lighttpd.log"
$HTTP["url"] =~ "^/pages/" { server.error-intercept = "enable" }
proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${apiPort})))
`);
writeFileSync('Caddyfile', `{
  admin off
  auto_https off
}
http://127.0.0.1:${ports.caddy} {
  bind 127.0.0.1
  handle /pages/* {
    reverse_proxy 127.0.0.1:${apiPort} {
      @refused status ${statuses.join(' ')}
      handle_response @refused {
        root * ${dir}
        rewrite * /{rp.status_code}.html
        file_server {
          status {rp.status_code}
        }
      }
    }
  }
  handle {
    reverse_proxy 127.0.0.1:${apiPort}
  }
}`);
const env = { ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir };
const proxies = Object.entries({
  nginx: ['-p', `${dir}/`, '-c', 'nginx.conf', '-e', 'stderr'],
  apache2: ['-DFOREGROUND', '-d', dir, '-f', `${dir}/apache2.conf`],
  lighttpd: ['-D', '-f', 'lighttpd.conf'],
  caddy: ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
}).map(([command, args]) => spawn(command, args, { stdio: 'ignore', env }));
process.on('exit', () => proxies.forEach((proxy) => proxy.kill()));
process.on('SIGTERM', () => process.exit(1));
const ask = (port, path) => new Promise((done, fail) => {
  get({ host: '127.0.0.1', port, path, timeout: 5000 }, (res) => {
    let body = '';
    const kept = res.rawHeaders.filter((name, i) => i % 2 === 0 && watched.some((one) => one.toLowerCase() === name.toLowerCase()));
    res.on('data', (chunk) => { body += chunk; }).on('end', () => done([res.statusCode, body.slice(0, 6), ...kept.map((name) => name.toLowerCase()).sort()]));
  }).on('error', fail);
});
const seen = {};
for (const [name, port] of Object.entries(ports)) {
  for (let tries = 50; tries > 0 && !(await ask(port, '/plain/401').catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
  seen[name] = {};
  for (const path of ['/plain/401', ...statuses.map((status) => `/pages/${status}`)]) seen[name][path] = (await ask(port, path)).join(' ');
}
console.log(seen);
const plain = '401 {"code access-control-allow-origin dpop-nonce retry-after www-authenticate www-authenticate';
const pages = (challenges) => ({
  '/plain/401': plain, '/pages/401': ['401 <html>', ...Array(challenges).fill('www-authenticate')].join(' '), '/pages/403': '403 <html>', '/pages/503': '503 <html>',
});
assert.deepEqual(seen, { nginx: pages(1), apache2: pages(1), lighttpd: pages(2), caddy: pages(0) });
process.exit();
JS
timeout 60 node run.mjs
