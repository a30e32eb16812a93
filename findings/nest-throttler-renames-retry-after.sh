#!/usr/bin/env bash
# Guess:    a 429 of @nestjs/throttler carries Retry-After, whatever the limit is called in the configuration.
# Happens:  the name of a limit becomes part of the header: with { name: 'short' } the answer has "Retry-After-short" and no Retry-After,
#           and the X-RateLimit headers change alike. Only a limit without a name, or named "default", sends the real one.
#           The second limit needs a name, so adding one is what brings this about.
# Versions: @nestjs/throttler 6.7.1, Nest 12.5.1. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  clients, proxies and retry libraries read Retry-After alone. A login or token route with a short and a long limit is asked again
#           at once, or after the client's own guess, and browsers of another origin can't be shown a header nobody exposes.
# Source:   nestjs/throttler src/throttler.guard.ts (getThrottlerSuffix, handleRequest); RFC 9110 section 10.2.3; RFC 6585 section 4.
set -euo pipefail
pins='@nestjs/throttler@6.7.1 @nestjs/common@12.5.1 @nestjs/core@12.5.1 @nestjs/platform-express@12.5.1 reflect-metadata@0.2.2 rxjs@7.8.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import 'reflect-metadata';
import assert from 'node:assert';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
class Things {
  list() {
    return [];
  }
}
Controller()(Things);
Get()(Things.prototype, 'list', Object.getOwnPropertyDescriptor(Things.prototype, 'list'));
const reached = { ttl: 60000, limit: 1 };
const configurations = {
  'no name': [reached],
  default: [{ name: 'default', ...reached }],
  short: [{ name: 'short', ...reached }],
  'short and long': [{ name: 'short', ttl: 1000, limit: 10 }, { name: 'long', ...reached }],
};
const seen = {};
for (const [label, limits] of Object.entries(configurations)) {
  class App {}
  Module({ imports: [ThrottlerModule.forRoot(limits)], controllers: [Things], providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }] })(App);
  const app = await NestFactory.create(App, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const address = `http://127.0.0.1:${app.getHttpServer().address().port}/`;
  let response;
  for (let call = 0; call < 2; call += 1) {
    response = await fetch(address, { signal: AbortSignal.timeout(5000) });
    await response.text();
  }
  seen[label] = [response.status, ...[...response.headers.keys()].filter((name) => name.startsWith('retry-after'))];
  await app.close();
}
console.log(seen);
assert.deepEqual(seen, {
  'no name': [429, 'retry-after'], default: [429, 'retry-after'], short: [429, 'retry-after-short'], 'short and long': [429, 'retry-after-long'],
});
JS
timeout 60 node run.mjs
