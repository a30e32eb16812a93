#!/usr/bin/env bash
# Guess:    Hono's jwk() middleware with jwks_uri keeps the key set between requests, as every verifier of remote keys does.
# Happens:  it fetches the set anew for each request that carries a token: ten calls, ten fetches. The Cache-Control of the answer changes
#           nothing. jose's createRemoteJWKSet fetches once.
# Versions: hono 4.13.19, jose 6.2.18. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  each API call waits for the identity provider, whose rate limit becomes the API's; its outage of a second is an
#           outage of the API. Who wants a cache has to pass a keys function with one.
# Source:   honojs/hono src/utils/jwt/jwt.ts (verifyWithJwks) and src/middleware/jwk/jwk.ts; honojs/hono pull request 3826.
set -euo pipefail
pins='hono@4.13.19 jose@6.2.18'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Hono } from 'hono';
import { jwk } from 'hono/jwk';
import { SignJWT, createRemoteJWKSet, jwtVerify } from 'jose';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const set = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
let fetches = 0;
const server = createServer((_, res) => {
  fetches += 1;
  res.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=3600' }).end(set);
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const uri = `http://127.0.0.1:${server.address().port}/jwks`;
const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'k' }).setExpirationTime('5m').sign(privateKey);
const app = new Hono().get('/', jwk({ jwks_uri: uri, alg: ['RS256'] }), (c) => c.text('ok'));
const statuses = new Set();
for (let call = 0; call < 10; call += 1) statuses.add((await app.request('/', { headers: { authorization: `Bearer ${token}` } })).status);
const byHono = fetches;
fetches = 0;
const keys = createRemoteJWKSet(new URL(uri));
for (let call = 0; call < 10; call += 1) await jwtVerify(token, keys);
const seen = { statuses: [...statuses], 'fetches by hono': byHono, 'fetches by jose': fetches };
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, { statuses: [200], 'fetches by hono': 10, 'fetches by jose': 1 });
JS
timeout 60 node run.mjs
