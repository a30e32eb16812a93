#!/usr/bin/env bash
# Guess:    when a graphql-ws server refuses the connection (onConnect returns false, close code 4403 Forbidden), its own client
#           gives up, as it does for 4401 Unauthorized.
# Happens:  4403 is not among the codes the client takes as final. It connects again, with the same token, five more times before
#           the caller hears of it; a server that closes with 4401 or throws in onConnect (4500) is asked once.
# Versions: graphql-ws 6.4.2, ws 8.23.0, graphql 16.15.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  the refusal the protocol names costs six handshakes and, with the default waits, more than half a minute in which
#           the user sees nothing; with retryAttempts: Infinity, which many set, an expired token is tried for ever.
# Source:   enisdenjo/graphql-ws src/client.ts (isFatalInternalCloseCode, retryAttempts), src/server.ts, PROTOCOL.md; issue 244 of that repository.
set -euo pipefail
pins='graphql-ws@6.4.2 ws@8.23.0 graphql@16.15.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { buildSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
console.error = () => {};
const refusals = {
  'returns false': () => false,
  'closes with 4401': (ctx) => ctx.extra.socket.close(4401, 'Unauthorized'),
  throws: () => { throw new Error('no'); },
};
const seen = {};
for (const [name, onConnect] of Object.entries(refusals)) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((done) => server.once('listening', done));
  let connections = 0;
  server.on('connection', () => { connections += 1; });
  useServer({ schema: buildSchema('type Query { a: Int }'), onConnect }, server);
  const client = createClient({
    url: `ws://127.0.0.1:${server.address().port}`, webSocketImpl: WebSocket, connectionParams: { token: 'x' }, retryWait: async () => {},
  });
  const code = await new Promise((done) => client.subscribe({ query: '{a}' }, { next() {}, error: (e) => done(e.code), complete: done }));
  seen[name] = { code, connections };
  await client.dispose();
  server.close();
}
console.log(seen);
assert.deepEqual(seen, {
  'returns false': { code: 4403, connections: 6 },
  'closes with 4401': { code: 4401, connections: 1 },
  throws: { code: 4500, connections: 1 },
});
process.exit();
JS
timeout 60 node run.mjs
