#!/usr/bin/env bash
# Guess:    a Passport strategy refuses in Nest as it does in Express; AuthGuard is only another way to call it.
# Happens:  the strategy hands over a challenge and, where it is not 401, a status. passport.authenticate() sends both. Nest's
#           AuthGuard calls it with a callback, which switches that off, and throws a bare 401: no answer has WWW-Authenticate,
#           and what the strategy called a malformed request (400) is "Unauthorized".
# Versions: @nestjs/passport 12.0.0, Nest 12.5.1, passport 0.7.0, passport-http-bearer 1.0.1, express 5.3.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a 401 has to carry a challenge (RFC 9110 15.5.2), and clients act on it: one that refreshes on invalid_token never does, and
#           one with two schemes can't choose. A client that sends a malformed request goes round its refresh instead of failing.
# Source:   nestjs/passport lib/auth.guard.ts; jaredhanson/passport lib/middleware/authenticate.js (allFailed).
set -euo pipefail
pins='@nestjs/common@12.5.1 @nestjs/core@12.5.1 @nestjs/platform-express@12.5.1 @nestjs/passport@12.0.0 reflect-metadata@0.2.2 rxjs@7.8.2 passport@0.7.0 passport-http-bearer@1.0.1 express@5.3.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import 'reflect-metadata';
import assert from 'node:assert';
import { createServer } from 'node:http';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import express from 'express';
import passport from 'passport';
import { Strategy } from 'passport-http-bearer';
passport.use(new Strategy({ realm: 'api' }, (token, done) => (token === 'good' ? done(null, { id: 1 }) : done(null, false, { message: 'expired' }))));
class Things {
  list() {
    return 'ok';
  }
}
const list = Object.getOwnPropertyDescriptor(Things.prototype, 'list');
Controller()(Things);
Get()(Things.prototype, 'list', list);
UseGuards(AuthGuard('bearer'))(Things.prototype, 'list', list);
class App {}
Module({ controllers: [Things] })(App);
const nest = await NestFactory.create(App, { logger: false });
await nest.listen(0, '127.0.0.1');
const plain = express();
plain.get('/', passport.authenticate('bearer', { session: false }), (_, res) => res.end('ok'));
const server = createServer(plain).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const ports = { express: server.address().port, nest: nest.getHttpServer().address().port };
const headers = { 'no token': {}, expired: { authorization: 'Bearer old' }, malformed: { authorization: 'Bearer' }, good: { authorization: 'Bearer good' } };
const seen = {};
for (const [name, port] of Object.entries(ports)) {
  seen[name] = {};
  for (const [label, sent] of Object.entries(headers)) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: sent, signal: AbortSignal.timeout(5000) });
    await response.text();
    seen[name][label] = [response.status, response.headers.get('www-authenticate')];
  }
}
console.log(seen);
server.close();
await nest.close();
assert.deepEqual(seen, {
  express: {
    'no token': [401, 'Bearer realm="api"'],
    expired: [401, 'Bearer realm="api", error="invalid_token", error_description="expired"'],
    malformed: [400, null],
    good: [200, null],
  },
  nest: { 'no token': [401, null], expired: [401, null], malformed: [401, null], good: [200, null] },
});
JS
timeout 60 node run.mjs
