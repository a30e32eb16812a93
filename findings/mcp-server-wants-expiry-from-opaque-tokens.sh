#!/usr/bin/env bash
# Guess:    requireBearerAuth of the MCP TypeScript SDK takes whatever the verifier accepts; AuthInfo.expiresAt is optional by its type.
# Happens:  AuthInfo without expiresAt is answered 401 invalid_token "Token has no expiration time". And a request without any
#           credentials gets error="invalid_token" too, so a client cannot tell "log in" from "your token is bad".
# Versions: @modelcontextprotocol/sdk 1.32.2, express 5.3.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  "exp" is optional in an introspection answer (RFC 7662 2.2) and "expires_in" in a token answer: servers with opaque or
#           long-lived tokens refuse each of them, and a client keeps refreshing in vain; it compiles, since the field is optional.
# Source:   modelcontextprotocol/typescript-sdk src/server/auth/middleware/bearerAuth.ts, src/server/auth/types.ts; pull request 785 of that repository; RFC 6750 section 3.1.
set -euo pipefail
pins='@modelcontextprotocol/sdk@1.32.2 express@5.3.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import express from 'express';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
const expiresAt = { bounded: Math.floor(Date.now() / 1000) + 60, unbounded: undefined };
const verifyAccessToken = async (token) => ({ token, clientId: 'c', scopes: [], expiresAt: expiresAt[token] });
const app = express().use(requireBearerAuth({ verifier: { verifyAccessToken } }), (_, res) => res.end());
const server = createServer(app).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const seen = {};
for (const [label, headers] of Object.entries({
  'expiry known': { authorization: 'Bearer bounded' }, 'no expiry': { authorization: 'Bearer unbounded' }, 'no token': {},
})) {
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { headers, signal: AbortSignal.timeout(5000) });
  seen[label] = [response.status, response.headers.get('www-authenticate')];
}
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  'expiry known': [200, null],
  'no expiry': [401, 'Bearer error="invalid_token", error_description="Token has no expiration time"'],
  'no token': [401, 'Bearer error="invalid_token", error_description="Missing Authorization header"'],
});
JS
timeout 60 node run.mjs
