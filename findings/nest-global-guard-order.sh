#!/usr/bin/env bash
# Guess:    Nest's global guards run in the order of the modules: an imported AuthModule's APP_GUARD (who is it?) before the
#           APP_GUARD of the AppModule that imports it (may they?).
# Happens:  the importing module's guard runs first. And a guard that becomes request-scoped moves behind all others, those of
#           useGlobalGuards() included, which otherwise run last. Writing it first in the list changes nothing.
# Versions: Nest 12.5.1. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  the role check finds no user and refuses everybody, whatever the token. The request scope is a switch that
#           is set far away: a logger or a tenant service with @Inject(REQUEST) in the guard's constructor asks for it.
# Source:   nestjs/nest packages/core/scanner.ts (applyApplicationProviders) and packages/core/guards/guards-context-creator.ts (getGlobalMetadata).
set -euo pipefail
pins='@nestjs/common@12.5.1 @nestjs/core@12.5.1 @nestjs/platform-express@12.5.1 reflect-metadata@0.2.2 rxjs@7.8.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import 'reflect-metadata';
import assert from 'node:assert';
import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { APP_GUARD, NestFactory, REQUEST } from '@nestjs/core';
let order;
const guard = (name) => {
  class Guard {
    canActivate() {
      order.push(name);
      return true;
    }
  }
  Injectable()(Guard);
  return Guard;
};
const requestScoped = (name) => {
  class Guard extends guard(name) {
    constructor(request) {
      super();
      this.request = request;
    }
  }
  Inject(REQUEST)(Guard, undefined, 0);
  Injectable({ scope: Scope.REQUEST })(Guard);
  return Guard;
};
class Things {
  list() {
    return [];
  }
}
Controller()(Things);
Get()(Things.prototype, 'list', Object.getOwnPropertyDescriptor(Things.prototype, 'list'));
const provided = (...guards) => guards.map((useClass) => ({ provide: APP_GUARD, useClass }));
const moduleOf = (metadata) => {
  class Part {}
  Module(metadata)(Part);
  return Part;
};
const orderIn = async (root, prepare = () => {}) => {
  order = [];
  const app = await NestFactory.create(root, { logger: ['error'] });
  prepare(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();
  await (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) })).text();
  await app.close();
  return order;
};
const controllers = [Things];
const seen = {
  'imported, importing': await orderIn(moduleOf({
    controllers, imports: [moduleOf({ providers: provided(guard('authenticate')) })], providers: provided(guard('authorize')),
  })),
  'one list': await orderIn(moduleOf({ controllers, providers: provided(guard('authenticate'), guard('authorize')) })),
  'one list, the first request-scoped': await orderIn(moduleOf({
    controllers, providers: provided(requestScoped('authenticate'), guard('authorize')),
  })),
  'beside useGlobalGuards': await orderIn(
    moduleOf({ controllers, providers: provided(guard('APP_GUARD'), requestScoped('request-scoped APP_GUARD')) }),
    (app) => app.useGlobalGuards(new (guard('useGlobalGuards'))()),
  ),
};
console.log(seen);
assert.deepEqual(seen, {
  'imported, importing': ['authorize', 'authenticate'],
  'one list': ['authenticate', 'authorize'],
  'one list, the first request-scoped': ['authorize', 'authenticate'],
  'beside useGlobalGuards': ['APP_GUARD', 'useGlobalGuards', 'request-scoped APP_GUARD'],
});
JS
timeout 60 node run.mjs
