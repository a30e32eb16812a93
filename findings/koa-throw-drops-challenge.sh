#!/usr/bin/env bash
# Guess:    response headers set before a handler throws a 401 are still on the 401.
# Happens:  in Express, Fastify and Hono they are. Koa's last error handler first removes every header set so far, so the challenge
#           is gone and so are the CORS headers of an earlier middleware: a browser then reports a network failure and no status.
#           Only headers carried by the error itself (ctx.throw(401, { headers })) survive.
# Versions: koa 3.3.0, express 5.3.0, fastify 5.12.8, hono 4.13.19. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  the usual "set WWW-Authenticate, then throw" is right in three frameworks and silently wrong in the fourth; the client
#           loses both the reason and, in a browser, the fact that it was a 401.
# Source:   koajs/koa lib/context.js, onerror; the README of @koa/cors (keepHeadersOnError) works around it.
set -euo pipefail
pins='koa@3.3.0 express@5.3.0 fastify@5.12.8 hono@4.13.19'
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
import Koa from 'koa';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
process.env.NODE_ENV = 'test';
const challenge = 'Bearer error="invalid_token"';
const refusal = () => Object.assign(new Error('no'), { status: 401, statusCode: 401 });
const headersOf = (response) => [response.status, response.headers.get('www-authenticate'), response.headers.get('access-control-allow-origin')];
async function over(handler) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { signal: AbortSignal.timeout(5000) });
  server.close();
  server.closeAllConnections();
  return headersOf(response);
}
const viaExpress = express().use((req, res, next) => {
  res.set({ 'WWW-Authenticate': challenge, 'Access-Control-Allow-Origin': '*' });
  next(refusal());
});
const viaFastify = Fastify();
viaFastify.get('/', async (_, reply) => {
  reply.headers({ 'WWW-Authenticate': challenge, 'Access-Control-Allow-Origin': '*' });
  throw refusal();
});
await viaFastify.ready();
const viaKoa = new Koa().use((ctx) => {
  ctx.set({ 'WWW-Authenticate': challenge, 'Access-Control-Allow-Origin': '*' });
  ctx.throw(401);
});
const viaKoaCarried = new Koa().use((ctx) => ctx.throw(401, { headers: { 'WWW-Authenticate': challenge } }));
for (const app of [viaKoa, viaKoaCarried]) app.silent = true;
const viaHono = new Hono().get('/', (c) => {
  c.header('WWW-Authenticate', challenge);
  c.header('Access-Control-Allow-Origin', '*');
  throw new HTTPException(401);
});
const seen = {
  express: await over(viaExpress),
  fastify: await over((req, res) => viaFastify.routing(req, res)),
  hono: headersOf(await viaHono.request('/')),
  koa: await over(viaKoa.callback()),
  'koa, header on the error': await over(viaKoaCarried.callback()),
};
console.log(seen);
assert.deepEqual(seen, {
  express: [401, challenge, '*'], fastify: [401, challenge, '*'], hono: [401, challenge, '*'],
  koa: [401, null, null], 'koa, header on the error': [401, challenge, null],
});
JS
timeout 60 node run.mjs
