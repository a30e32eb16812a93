#!/usr/bin/env bash
# Guess:    a header parameter "Authorization" in an OpenAPI document (what @ApiHeader writes) means that the call needs that header.
# Happens:  the specification says such a parameter "shall be ignored", and one document is read in two ways. swagger-client, which
#           sends for Swagger UI, leaves the value out that the user typed. openapi-typescript makes it a required member, and
#           express-openapi-validator answers 400 to a call without it. So "Try it out" can never succeed against the validator.
# Versions: swagger-client 3.39.0, openapi-typescript 7.13.0, express-openapi-validator 5.6.2. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  the 401 or 400 in Swagger UI looks like a bad token; nothing tells that the header was dropped on the way out. Tokens
#           belong into securitySchemes, and tools agree on those.
# Source:   OpenAPI Specification 3.0.3, Parameter Object, "name"; swagger-api/swagger-js src/execute; openapi-ts/openapi-typescript; cdimascio/express-openapi-validator.
set -euo pipefail
pins='swagger-client@3.39.0 openapi-typescript@7.13.0 typescript@5.9.3 express-openapi-validator@5.6.2 express@5.3.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import express from 'express';
import { middleware } from 'express-openapi-validator';
import openapiTypescript, { astToString } from 'openapi-typescript';
import Swagger from 'swagger-client';
const header = (name) => ({ name, in: 'header', required: true, schema: { type: 'string' } });
const spec = {
  openapi: '3.0.3', info: { title: 'api', version: '1' }, servers: [{ url: '/' }],
  paths: { '/a': { get: { operationId: 'a', parameters: [header('Authorization'), header('X-Tenant')], responses: { 200: { description: 'ok' } } } } },
};
const typed = { Authorization: 'Bearer token', 'X-Tenant': 't' };
const { headers } = Swagger.buildRequest({ spec: structuredClone(spec), operationId: 'a', parameters: typed });
console.log('swagger-client sends:', headers);
const types = astToString(await openapiTypescript(structuredClone(spec)));
const required = ['Authorization: string', '"X-Tenant": string'].map((member) => types.includes(member));
console.log('openapi-typescript requires both:', required);
const app = express().use(middleware({ apiSpec: structuredClone(spec) }));
app.get('/a', (_, res) => res.send('ok'));
app.use((error, req, res, next) => res.status(error.status ?? 500).send(error.message));
const server = createServer(app).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const response = await fetch(`http://127.0.0.1:${server.address().port}/a`, { headers, signal: AbortSignal.timeout(5000) });
const answer = `${response.status} ${await response.text()}`;
console.log('express-openapi-validator answers:', answer);
server.close();
server.closeAllConnections();
assert.deepEqual(headers, { 'X-Tenant': 't' });
assert.deepEqual(required, [true, true]);
assert.equal(answer, "400 request/headers must have required property 'authorization'");
JS
timeout 60 node run.mjs
