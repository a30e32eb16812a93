#!/usr/bin/env bash
# Guess:    a redirect from http to https on the same host keeps the Authorization header, or every client drops it.
# Happens:  got, Python requests and httpx send it on; fetch (undici), axios, node-fetch and curl (with -H as with --oauth2-bearer) do
#           not: for them another scheme is another origin. A POST behind a 308 goes the same way.
# Versions: undici 7.30.2, axios 1.21.1, got 14.6.6, node-fetch 3.3.2 on Node.js 20.20.2; Debian curl 7.88.1-10+deb12u14, python3-requests
#           2.28.1+dfsg-1, python3-httpx 0.23.3-1. Run on 2026-11-29.
# Matters:  with "http:" in a base address, or a TLS proxy newly put before an API, one client works and the next is told that it sent
#           no token, by a server that never saw the first request. Where it works, the token has crossed the network in the open.
# Source:   the Fetch standard, "HTTP-redirect fetch"; psf/requests src/requests/sessions.py (should_strip_auth); encode/httpx
#           httpx/_client.py (_redirect_headers); sindresorhus/got source/core/index.ts; follow-redirects index.js; curl lib/http.c.
set -euo pipefail
for p in curl=7.88.1-10+deb12u14 python3-requests=2.28.1+dfsg-1 python3-httpx=0.23.3-1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='undici@7.30.2 axios@1.21.1 got@14.6.6 node-fetch@3.3.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=api.example -days 2 2> /dev/null
cat > call.py <<'PY'
import socket
import sys
import warnings
import httpx
import requests
warnings.simplefilter('ignore')
client, plain, secure, address, method = sys.argv[1:]
connect = socket.create_connection
# The address keeps its usual ports; only the connection goes elsewhere.
there = {80: int(plain), 443: int(secure)}
socket.create_connection = lambda to, *rest, **named: connect(('127.0.0.1', there[to[1]]), *rest, **named)
import urllib3.util.connection
urllib3.util.connection.create_connection = lambda to, *rest, **named: connect(('127.0.0.1', there[to[1]]), timeout=5)
headers = {'Authorization': 'Bearer t'}
if client == 'requests':
    requests.request(method, address, headers=headers, verify=False, timeout=5)
else:
    httpx.request(method, address, headers=headers, verify=False, timeout=5, follow_redirects=True, trust_env=False)
PY
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, createServer } from 'node:http';
import { Agent as HttpsAgent, createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import axios from 'axios';
import got from 'got';
import nodeFetch from 'node-fetch';
import { Agent, fetch } from 'undici';
let arrived;
const plain = createServer((req, res) => res.writeHead(Number(req.url.slice(1)), { location: 'https://api.example/end' }).end()).listen(0, '127.0.0.1');
const secure = createSecureServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, (req, res) => {
  arrived = `${req.method} ${req.headers.authorization ? 'with' : 'without'} token`;
  res.end();
}).listen(0, '127.0.0.1');
await Promise.all([plain, secure].map((server) => new Promise((done) => server.once('listening', done))));
const ports = [plain.address().port, secure.address().port];
// As in the Python file: the address is http://api.example/, the connection goes to this machine.
const openly = () => connect(ports[0], '127.0.0.1');
const securely = () => connectSecurely({ port: ports[1], host: '127.0.0.1', ca: readFileSync('cert.pem'), servername: 'api.example', checkServerIdentity() {} });
const httpAgent = Object.assign(new HttpAgent(), { createConnection: openly });
const httpsAgent = Object.assign(new HttpsAgent(), { createConnection: securely });
const dispatcher = new Agent({
  connect: ({ protocol }, callback) => {
    const socket = protocol === 'https:' ? securely() : openly();
    socket.once('error', callback).once(protocol === 'https:' ? 'secureConnect' : 'connect', () => callback(null, socket));
    return socket;
  },
});
const headers = { authorization: 'Bearer t' };
const run = (command, ...args) => new Promise((done, fail) => {
  execFile(command, args, { timeout: 10000, env: { PATH: process.env.PATH } }, (error) => (error ? fail(error) : done()));
});
const curl = (method, address, ...token) => run('curl', '--silent', '--fail', '--insecure', '--location', ...(method === 'POST' ? ['--data', ''] : []),
  '--connect-to', `api.example:80:127.0.0.1:${ports[0]}`, '--connect-to', `api.example:443:127.0.0.1:${ports[1]}`, ...token, address);
const python = (client) => (method, address) => run('/usr/bin/python3', 'call.py', client, ...ports, address, method);
const clients = {
  fetch: (method, url) => fetch(url, { method, headers, dispatcher }),
  axios: (method, url) => axios({ method, url, headers, httpAgent, httpsAgent, proxy: false }),
  got: (method, url) => got(url, { method, headers, agent: { http: httpAgent, https: httpsAgent } }),
  'node-fetch': (method, url) => nodeFetch(url, { method, headers, agent: ({ protocol }) => (protocol === 'https:' ? httpsAgent : httpAgent) }),
  'curl -H': (method, url) => curl(method, url, '--header', 'Authorization: Bearer t'),
  'curl --oauth2-bearer': (method, url) => curl(method, url, '--oauth2-bearer', 't'),
  requests: python('requests'),
  httpx: python('httpx'),
};
const seen = {};
for (const [name, call] of Object.entries(clients)) {
  seen[name] = [];
  for (const [method, status] of [['GET', 301], ['POST', 308]]) {
    arrived = 'nothing';
    await call(method, `http://api.example/${status}`);
    seen[name].push(arrived);
  }
}
console.log(seen);
const kept = ['GET with token', 'POST with token'];
const dropped = ['GET without token', 'POST without token'];
assert.deepEqual(seen, {
  fetch: dropped, axios: dropped, got: kept, 'node-fetch': dropped, 'curl -H': dropped, 'curl --oauth2-bearer': dropped, requests: kept, httpx: kept,
});
process.exit();
JS
timeout 60 node run.mjs
