#!/usr/bin/env bash
# Guess:    Nest on Express treats an error that an Express middleware passes on as Express does: its status, its headers.
# Happens:  Nest 12 answers 500 "Internal server error" to the 401 of express-oauth2-jwt-bearer, though that error has status,
#           statusCode and message: an Error counts as an HTTP error only with the "expose" flag of http-errors. Nest 11 still
#           answered 401. express-jwt's error (only "status") is 500 in both. Where the status survives, the error's
#           "headers" do not, so the challenge is lost in all cases.
# Versions: Nest 11.2.10 and 12.5.1, express 5.3.0, express-oauth2-jwt-bearer 1.10.0, express-jwt 8.5.1, http-errors 2.0.1.
#           Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  middleware that works in each Express application answers every anonymous caller with 500 after the move to Nest 12;
#           clients never learn that they need a token, and the error budget burns.
# Source:   nestjs/nest packages/core/exceptions/base-exception-filter.ts (isHttpError); pillarjs/finalhandler (err.status, err.headers).
set -euo pipefail
others='reflect-metadata@0.2.2 rxjs@7.8.2 express@5.3.0 express-oauth2-jwt-bearer@1.10.0 express-jwt@8.5.1 http-errors@2.0.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > run.mjs <<'JS'
import 'reflect-metadata';
import assert from 'node:assert';
import { createServer } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import { expressjwt } from 'express-jwt';
import createError from 'http-errors';
process.env.NODE_ENV = 'test';
const major = process.argv[2].split('.')[0];
const secret = 'k'.repeat(32);
const middlewares = {
  '/auth0': auth({ secret, tokenSigningAlg: 'HS256', issuer: 'https://issuer.example/', audience: 'api' }),
  '/express-jwt': expressjwt({ secret, algorithms: ['HS256'] }),
  '/http-errors': (req, res, next) => next(createError(401, 'no', { headers: { 'WWW-Authenticate': 'Bearer' } })),
};
const onExpress = express();
class App {}
Module({})(App);
const nest = await NestFactory.create(App, { logger: false });
for (const [path, middleware] of Object.entries(middlewares)) {
  onExpress.use(path, middleware);
  nest.use(path, middleware);
}
await nest.listen(0, '127.0.0.1');
const server = createServer(onExpress).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const seen = {};
for (const path of Object.keys(middlewares)) {
  seen[path] = [];
  for (const { port } of [server.address(), nest.getHttpServer().address()]) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5000) });
    seen[path].push(response.status, response.headers.has('www-authenticate'));
  }
}
console.log(`[Express status, challenge, Nest ${major} status, challenge]`, seen);
server.close();
await nest.close();
assert.deepEqual(seen, {
  '/auth0': [401, true, major === '11' ? 401 : 500, false], '/express-jwt': [401, false, 500, false], '/http-errors': [401, true, 401, false],
});
JS
for nest in 11.2.10 12.5.1; do
  pins="@nestjs/common@$nest @nestjs/core@$nest @nestjs/platform-express@$nest $others"
  rm -rf node_modules package-lock.json; echo '{"private":true}' > package.json
  timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
  for p in $pins; do
    [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
  done
  timeout 60 node run.mjs "$nest"
done
