#!/usr/bin/env bash
# Guess:    "Authorization: Bearer  TOKEN", with two spaces, is either read everywhere or nowhere.
# Happens:  the grammar is scheme, one or more spaces, token (RFC 6750 2.1: 1*SP). passport-jwt and both Hono middlewares read it.
#           express-jwt and the MCP TypeScript SDK say 401, express-oauth2-jwt-bearer and @fastify/jwt say 400, for a good token.
#           All seven take the scheme in any case.
# Versions: passport 0.7.0, passport-jwt 4.0.1, express-jwt 8.5.1, express-oauth2-jwt-bearer 1.10.0, @fastify/jwt 10.2.8, hono 4.13.19,
#           @modelcontextprotocol/sdk 1.32.2. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  one stray space in a client's template passes against one API and is, for the next, a malformed request or an
#           invalid token (so the client refreshes for ever).
# Source:   RFC 6750 section 2.1, RFC 9110 section 11.4; the header parsing of each package.
set -euo pipefail
pins='passport@0.7.0 passport-jwt@4.0.1 express-jwt@8.5.1 express-oauth2-jwt-bearer@1.10.0 @fastify/jwt@10.2.8 hono@4.13.19 @modelcontextprotocol/sdk@1.32.2 jsonwebtoken@9.0.3 express@5.3.0 fastify@5.12.8'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { jwt as honoJwt } from 'hono/jwt';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { expressjwt } from 'express-jwt';
import { auth } from 'express-oauth2-jwt-bearer';
import fastifyJwt from '@fastify/jwt';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
const secret = 'k'.repeat(32);
const issuer = 'https://issuer.example/';
const token = jwt.sign({}, secret, { issuer, audience: 'api', expiresIn: 60 });
const strategy = new Strategy({ secretOrKey: secret, jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() }, (claims, done) => done(null, claims));
const verifyAccessToken = async (given) => ({ token: given, clientId: 'c', scopes: [], expiresAt: jwt.verify(given, secret).exp });
const middlewares = {
  'passport-jwt': passport.authenticate(strategy, { session: false }),
  'express-jwt': expressjwt({ secret, algorithms: ['HS256'] }),
  'express-oauth2-jwt-bearer': auth({ secret, tokenSigningAlg: 'HS256', issuer, audience: 'api' }),
  'MCP SDK': requireBearerAuth({ verifier: { verifyAccessToken } }),
};
const app = express();
for (const [name, middleware] of Object.entries(middlewares)) app.get(`/${encodeURI(name)}`, middleware, (_, res) => res.end());
app.use((error, req, res, next) => res.status(error.status ?? 500).end());
const server = createServer(app).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const fastify = Fastify();
await fastify.register(fastifyJwt, { secret });
fastify.get('/', async (req) => req.jwtVerify());
const hono = new Hono().get('/jwt', honoJwt({ secret, alg: 'HS256' }), (c) => c.text('')).get('/bearer', bearerAuth({ token }), (c) => c.text(''));
async function statuses(authorization) {
  const seen = {};
  for (const name of Object.keys(middlewares)) {
    seen[name] = (await fetch(`http://127.0.0.1:${server.address().port}/${encodeURI(name)}`, { headers: { authorization } })).status;
  }
  seen['@fastify/jwt'] = (await fastify.inject({ url: '/', headers: { authorization } })).statusCode;
  for (const name of ['jwt', 'bearer']) seen[`hono ${name}`] = (await hono.request(`/${name}`, { headers: { authorization } })).status;
  return seen;
}
const two = await statuses(`Bearer  ${token}`);
console.log('two spaces:', two);
for (const form of [`Bearer ${token}`, `bearer ${token}`]) assert.deepEqual(new Set(Object.values(await statuses(form))), new Set([200]));
server.close();
server.closeAllConnections();
assert.deepEqual(two, {
  'passport-jwt': 200, 'express-jwt': 401, 'express-oauth2-jwt-bearer': 400, 'MCP SDK': 401, '@fastify/jwt': 400, 'hono jwt': 200, 'hono bearer': 200,
});
JS
timeout 60 node run.mjs
