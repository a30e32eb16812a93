#!/usr/bin/env bash
# Guess:    in Express 5 req.query cannot be replaced any more (the migration guide says so), but the object in it can be changed.
# Happens:  the getter parses the address again at each read. delete req.query.access_token deletes from an object that nobody
#           sees again: the next handler, and the logger, read the token as before. Added members vanish the same way.
#           Nothing throws and nothing warns.
# Versions: express 5.3.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  "take the token out of the query before it reaches the access log" (RFC 6750 5.3) and every sanitising or coercing
#           middleware written for Express 4 go on running and do nothing.
# Source:   expressjs/express lib/request.js, the "query" getter.
set -euo pipefail
pins='express@5.3.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import express from 'express';
const app = express();
app.use((req, res, next) => {
  delete req.query.access_token;
  req.query.page = 1;
  next();
});
app.get('/', (req, res) => res.json({ query: req.query, sameObject: req.query === req.query }));
const server = createServer(app).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const response = await fetch(`http://127.0.0.1:${server.address().port}/?access_token=abc&sort=name`, { signal: AbortSignal.timeout(5000) });
const seen = await response.json();
console.log('after the middleware:', JSON.stringify(seen));
server.close();
server.closeAllConnections();
assert.deepEqual(seen, { query: { access_token: 'abc', sort: 'name' }, sameObject: false });
JS
timeout 60 node run.mjs
