#!/usr/bin/env bash
# Guess:    a jwks_uri that answers 301 (the path moved, a slash was added) goes on working, or fails everywhere alike.
# Happens:  get-jwks, Hono's jwk() and PyJWT follow it. jose and jwks-rsa do not: they take 301 for a failure of the key server.
#           express-oauth2-jwt-bearer answers it with 401 invalid_token.
# Versions: jose 6.2.18, jwks-rsa 4.1.0, get-jwks 11.0.3, hono 4.13.19, express-oauth2-jwt-bearer 1.10.0, PyJWT 2.6.0 (Debian
#           python3-jwt 2.6.0-1). Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  the operator of an issuer tries the redirect with curl -L and one service, sees keys, and takes down the others; a gateway
#           that redirects http to https or adds a slash does it unasked.
# Source:   panva/jose src/jwks/remote.ts (redirect: 'manual'); auth0/node-jwks-rsa src/wrappers/request.js; nearform/get-jwks src/get-jwks.js.
set -euo pipefail
pins='jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3 hono@4.13.19 express@5.3.0 express-oauth2-jwt-bearer@1.10.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile, execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import buildGetJwks from 'get-jwks';
import { Hono } from 'hono';
import { jwk } from 'hono/jwk';
import { SignJWT, createRemoteJWKSet, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
assert.equal(execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'python3-jwt'], { encoding: 'utf8' }), '2.6.0-1', 'Debian python3-jwt');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const set = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, `http://127.0.0.1:${server.address().port}`];
};
const [issuing, issuer] = await listen((req, res) => (req.url === '/jwks/' ? res.end(set) : res.writeHead(301, { Location: '/jwks/' }).end()));
const jwksUri = `${issuer}/jwks`;
const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'k' }).setIssuer(issuer).setAudience('api')
  .setExpirationTime('5m').sign(privateKey);
const headers = { authorization: `Bearer ${token}` };
const app = express().use(auth({ issuer, audience: 'api', jwksUri }), (_, res) => res.end());
app.use((error, req, res, next) => res.status(error.status ?? 500).send(error.code));
const [guarded, api] = await listen(app);
const hono = new Hono().get('/', jwk({ jwks_uri: jwksUri, alg: ['RS256'] }), (c) => c.text('ok'));
const python = 'import sys, jwt; jwt.PyJWKClient(sys.argv[1]).get_signing_key_from_jwt(sys.argv[2])';
const outcome = (work) => Promise.resolve().then(work).then(() => 'follows', () => 'fails');
const seen = {
  'get-jwks': await outcome(() => buildGetJwks({ jwksPath: '/jwks' }).getPublicKey({ domain: issuer, alg: 'RS256', kid: 'k' })),
  hono: (await hono.request('/', { headers })).status,
  PyJWT: await outcome(() => new Promise((done, fail) => {
    execFile('/usr/bin/python3', ['-c', python, jwksUri, token], { timeout: 20000 }, (error) => (error ? fail(error) : done()));
  })),
  jose: await outcome(() => jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)))),
  'jwks-rsa': await outcome(() => jwksRsa({ jwksUri, timeout: 5000 }).getSigningKey('k')),
  'express-oauth2-jwt-bearer': await fetch(api, { headers }).then(async (response) => `${response.status} ${await response.text()}`),
};
console.log(seen);
for (const server of [issuing, guarded]) { server.close(); server.closeAllConnections(); }
assert.deepEqual(seen, {
  'get-jwks': 'follows', hono: 200, PyJWT: 'follows', jose: 'fails', 'jwks-rsa': 'fails', 'express-oauth2-jwt-bearer': '401 invalid_token',
});
JS
timeout 60 node run.mjs
