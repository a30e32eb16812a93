#!/usr/bin/env bash
# Guess:    a proxy that ends mutual TLS hands the client's certificate to the API in a header, as PEM (the variables are named so),
#           perhaps percent-encoded.
# Happens:  no plain PEM variable arrives as a certificate. nginx $ssl_client_cert makes a folded header, and Node answers 400; Caddy's
#           certificate_pem is a header with line ends, and Caddy answers 502; Apache's SSL_CLIENT_CERT comes with spaces for line
#           ends, which OpenSSL does not read. Three spellings do arrive: nginx $ssl_client_escaped_cert (percent-encoded PEM),
#           HAProxy ssl_c_der,base64 and Caddy certificate_der_base64 (DER). And "fingerprint" is SHA-1 in nginx, SHA-256 in Caddy.
# Versions: nginx 1.22.1-9+deb12u11, HAProxy 2.6.12-1+deb12u4, Apache 2.4.71-1~deb12u1 (apache2-bin), Caddy 2.6.2-5 (Debian packages),
#           Node.js 20.20.2 as API. Run on 2026-11-29.
# Matters:  certificate-bound tokens (RFC 8705) compare x5t#S256, the SHA-256 of the DER form, in base64url: an API behind one proxy
#           can't read the header of the next, and each wrong form looks like a client without its certificate.
# Source:   RFC 9440 (Client-Cert, which none of the four writes by itself); the manuals of ngx_http_ssl_module, mod_ssl, HAProxy
#           (ssl_c_der) and Caddy (placeholders of http.request.tls.client).
set -euo pipefail
for p in nginx=1.22.1-9+deb12u11 haproxy=2.6.12-1+deb12u4 apache2-bin=2.4.71-1~deb12u1 caddy=2.6.2-5; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
openssl req -x509 $ec -keyout ca.key -out ca.pem -subj /CN=ca -days 2 2> /dev/null
for name in localhost client; do
  openssl req $ec -keyout "$name.key" -out "$name.csr" -subj "/CN=$name" 2> /dev/null
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -out "$name.pem" -days 2 2> /dev/null
done
cat localhost.pem localhost.key > both.pem
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
const dir = process.cwd();
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, server.address().port];
};
const [api, apiPort] = await listen((req, res) => res.end(JSON.stringify(req.headers)));
const ports = {};
for (const name of ['nginx $ssl_client_cert', 'nginx $ssl_client_escaped_cert', 'Apache SSL_CLIENT_CERT', 'Caddy certificate_pem', 'Caddy certificate_der_base64', 'HAProxy ssl_c_der,base64']) {
  const [probe, port] = await listen();
  await new Promise((done) => probe.close(done));
  ports[name] = port;
}
const named = (word) => Object.entries(ports).filter(([name]) => name.startsWith(word)).map(([name, port]) => [name.split(' ')[1], port]);
writeFileSync('nginx.conf', `
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
  ssl_certificate ${dir}/localhost.pem; ssl_certificate_key ${dir}/localhost.key; ssl_client_certificate ${dir}/ca.pem; ssl_verify_client on;
  ${named('nginx').map(([variable, port]) => `server {
    listen 127.0.0.1:${port} ssl;
    location / { proxy_pass http://127.0.0.1:${apiPort}; proxy_set_header X-Cert ${variable}; proxy_set_header X-Fingerprint $ssl_client_fingerprint; }
  }`).join('\n')}
}`);
writeFileSync('haproxy.cfg', `
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen api
  bind 127.0.0.1:${ports['HAProxy ssl_c_der,base64']} ssl crt ${dir}/both.pem ca-file ${dir}/ca.pem verify required
  http-request set-header X-Cert %[ssl_c_der,base64]
  server api 127.0.0.1:${apiPort}
`);
writeFileSync('apache.conf', `
ServerName localhost
PidFile ${dir}/apache.pid
ErrorLog ${dir}/apache.log
User www-data
Group www-data
Mutex sem
${['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'headers', 'ssl'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
Listen 127.0.0.1:${ports['Apache SSL_CLIENT_CERT']}
SSLEngine on
SSLCertificateFile ${dir}/localhost.pem
SSLCertificateKeyFile ${dir}/localhost.key
SSLCACertificateFile ${dir}/ca.pem
SSLVerifyClient require
SSLOptions +ExportCertData
RequestHeader set X-Cert "%{SSL_CLIENT_CERT}s"
ProxyPass / http://127.0.0.1:${apiPort}/
`);
writeFileSync('Caddyfile', `{
  admin off
  auto_https disable_redirects
  skip_install_trust
  log {
    level ERROR
  }
}
${named('Caddy').map(([variable, port]) => `https://localhost:${port} {
  bind 127.0.0.1
  tls ${dir}/localhost.pem ${dir}/localhost.key {
    client_auth {
      mode require_and_verify
      trusted_ca_cert_file ${dir}/ca.pem
    }
  }
  reverse_proxy 127.0.0.1:${apiPort} {
    header_up X-Cert {http.request.tls.client.${variable}}
    header_up X-Fingerprint {http.request.tls.client.fingerprint}
  }
}`).join('\n')}`);
const env = { ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir };
const proxies = Object.entries({
  nginx: ['-p', `${dir}/`, '-c', 'nginx.conf', '-e', 'stderr'],
  haproxy: ['-q', '-f', 'haproxy.cfg'],
  apache2: ['-DFOREGROUND', '-d', dir, '-f', `${dir}/apache.conf`],
  caddy: ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
}).map(([command, args]) => spawn(command, args, { stdio: 'ignore', env }));
process.on('exit', () => proxies.forEach((proxy) => proxy.kill()));
process.on('SIGTERM', () => process.exit(1));
const ask = (port) => new Promise((done, fail) => {
  request({
    host: '127.0.0.1', port, servername: 'localhost', headers: { host: `localhost:${port}` }, ca: readFileSync('ca.pem'),
    key: readFileSync('client.key'), cert: readFileSync('client.pem'), timeout: 5000,
  }, (res) => {
    let body = '';
    res.on('data', (chunk) => { body += chunk; }).on('end', () => done([res.statusCode, body]));
  }).on('error', fail).end();
});
const reads = (value) => {
  try {
    return new X509Certificate(value).subject === 'CN=client';
  } catch {
    return false;
  }
};
const certificate = new X509Certificate(readFileSync('client.pem'));
const fingerprints = { [certificate.fingerprint]: 'SHA-1', [certificate.fingerprint256]: 'SHA-256' };
const seen = {};
for (const [name, port] of Object.entries(ports)) {
  for (let tries = 50; tries > 0 && !(await ask(port).catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
  const [status, body] = await ask(port);
  seen[name] = [status];
  if (status !== 200) continue;
  const { 'x-cert': header, 'x-fingerprint': fingerprint } = JSON.parse(body);
  const forms = { 'as it is': header, 'percent-decoded': decodeURIComponent(header), 'base64 of DER': Buffer.from(header, 'base64') };
  seen[name].push(Object.keys(forms).find((form) => reads(forms[form])) ?? header.slice(0, 32));
  if (fingerprint) seen[name].push(fingerprints[fingerprint.toUpperCase().match(/../g).join(':')]);
}
console.log(seen);
assert.deepEqual(seen, {
  'nginx $ssl_client_cert': [400],
  'nginx $ssl_client_escaped_cert': [200, 'percent-decoded', 'SHA-1'],
  'Apache SSL_CLIENT_CERT': [200, '-----BEGIN CERTIFICATE----- MIIB'],
  'Caddy certificate_pem': [502],
  'Caddy certificate_der_base64': [200, 'base64 of DER', 'SHA-256'],
  'HAProxy ssl_c_der,base64': [200, 'base64 of DER'],
});
process.exit();
JS
timeout 60 node run.mjs
