#!/usr/bin/env bash
# Guess:    Nest's GraphQL context has req and res, and a context function gets them in one way on both platforms.
# Happens:  without a context function there is only req, on Express and on Fastify: a guard that sets a header through context.res
#           finds undefined. The function gets one object { req, res } on Express but two arguments (request, reply) on Fastify.
#           Copied across, ({ req, res }) => ({ req, res }) has no res on Fastify, and (req, res) => ({ req, res }) has a req
#           without headers on Express: each token is then "missing". Neither fails at start.
# Versions: @nestjs/apollo and @nestjs/graphql 14.0.3, Nest 12.5.1 (platform-fastify 12.5.0), @apollo/server 5.5.1. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a change of platform, one line in main.ts, makes guards refuse everybody or lose the WWW-Authenticate header, far
#           from the line that was changed.
# Source:   nestjs/graphql packages/apollo/lib/drivers/apollo-base.driver.ts; @as-integrations/fastify (context arguments).
set -euo pipefail
pins='@nestjs/common@12.5.1 @nestjs/core@12.5.1 @nestjs/platform-express@12.5.1 @nestjs/platform-fastify@12.5.0 @nestjs/graphql@14.0.3 @nestjs/apollo@14.0.3 @apollo/server@5.5.1 @as-integrations/express5@1.1.2 @as-integrations/fastify@3.1.0 graphql@16.15.0 reflect-metadata@0.2.2 rxjs@7.8.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import 'reflect-metadata';
import assert from 'node:assert';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApolloDriver } from '@nestjs/apollo';
import { Context, GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
class Probe {
  shape({ req, res }) { return `${req?.headers?.authorization ? 'token' : 'no token'}, ${res ? 'res' : 'no res'}`; }
}
Query(() => String)(Probe.prototype, 'shape', Object.getOwnPropertyDescriptor(Probe.prototype, 'shape'));
Context()(Probe.prototype, 'shape', 0);
Reflect.defineMetadata('design:paramtypes', [Object], Probe.prototype, 'shape');
Resolver()(Probe);
const contexts = { none: undefined, 'one object': ({ req, res }) => ({ req, res }), 'two arguments': (req, res) => ({ req, res }) };
const seen = {};
for (const Adapter of [ExpressAdapter, FastifyAdapter]) {
  for (const [name, context] of Object.entries(contexts)) {
    class App {}
    Module({ imports: [GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true, ...(context && { context }) })], providers: [Probe] })(App);
    const app = await NestFactory.create(App, new Adapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    const response = await fetch(`http://127.0.0.1:${app.getHttpServer().address().port}/graphql`, {
      method: 'POST', body: '{"query":"{shape}"}', signal: AbortSignal.timeout(5000),
      headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    });
    seen[`${Adapter.name}, ${name}`] = (await response.json()).data.shape;
    await app.close();
  }
}
console.log(seen);
assert.deepEqual(seen, {
  'ExpressAdapter, none': 'token, no res', 'ExpressAdapter, one object': 'token, res', 'ExpressAdapter, two arguments': 'no token, no res',
  'FastifyAdapter, none': 'token, no res', 'FastifyAdapter, one object': 'token, no res', 'FastifyAdapter, two arguments': 'token, res',
});
process.exit();
JS
timeout 60 node run.mjs
