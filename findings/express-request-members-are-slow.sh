#!/usr/bin/env bash
# Guess:    request.user = … in a middleware costs what a property costs: some nanoseconds, and all requests of a route look the same to V8.
# Happens:  in Node.js 20 and 22 no two Express requests share a hidden class once a property is added: each write takes tens of times as
#           long as on Node's own request, reads are slow too, and each leaves garbage in the old space. Express sets another prototype
#           on each request, and V8 kept no transitions from there. In Node.js 24 it does, and the difference is gone.
# Versions: express 5.3.0 with Node.js 22.23.3 and 24.21.0 (npm package node). Run on 2026-11-29; 20.20.2 does what 22 does.
# Matters:  Passport adds nine members to each request, most guards one or two. A private member or symbol is no cheaper. What must be
#           kept with a request is cheaper on an object that Node made with it, such as request.rawHeaders.
# Source:   expressjs/express lib/application.js (app.handle: Object.setPrototypeOf(req, …)).
set -euo pipefail
pins='22.23.3 24.21.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --before=2026-11-30 express@5.3.0
for v in $pins; do
  timeout 300 npm install --silent --no-audit --no-fund --before=2026-11-30 "node${v%%.*}@npm:node@$v"
done
cat > run.mjs <<'JS'
import express from 'express';
import { createServer, get, Agent } from 'node:http';
const ROUNDS = 3_000;
const agent = new Agent({ keepAlive: true });
const user = { name: 'alice' };
const took = [];
let first;
let alike = 0;
function handle(request, response) {
  const begun = process.hrtime.bigint();
  request.user = user;
  took.push(Number(process.hrtime.bigint() - begun));
  if (first === undefined) return (first = { request, response });
  if (%HaveSameMap(first.request, request)) alike++;
  first.response.end();
  response.end();
  first = undefined;
}
const server = createServer(process.argv[2] === 'express' ? express().use(handle) : handle).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const { port } = server.address();
const ask = () => new Promise((done, failed) =>
  get({ port, host: '127.0.0.1', agent }, (response) => response.resume().once('end', done)).once('error', failed));
for (let round = 0; round < ROUNDS; round++) await Promise.all([ask(), ask()]);
took.splice(0, ROUNDS);
took.sort((one, other) => one - other);
console.log(took[took.length >> 1], alike);
process.exit();
JS
for v in $pins; do
  node="node_modules/node${v%%.*}/bin/node"
  [ "$("$node" --version)" = "v$v" ] || { echo "not the version described: $v"; exit 1; }
  read -r plain plainAlike < <(timeout 60 "$node" --allow-natives-syntax run.mjs node)
  read -r slow slowAlike < <(timeout 60 "$node" --allow-natives-syntax run.mjs express)
  echo "Node.js $v: request.user = … takes $plain ns on Node's request ($plainAlike of 3000 pairs share a hidden class), $slow ns on Express' ($slowAlike)"
  [ "$plainAlike" -gt 2000 ] || { echo "not as described"; exit 1; }
  case $v in
    22.*) [ "$slowAlike" = 0 ] && [ "$slow" -gt $((3 * plain)) ] ;;
    24.*) [ "$slowAlike" -gt 2000 ] && [ "$slow" -lt $((5 * plain)) ] ;;
  esac || { echo "not as described"; exit 1; }
done
