#!/usr/bin/env bash
# Guess:    a tRPC call that throws UNAUTHORIZED is answered with 401, so a fetch wrapper that refreshes the token on 401 sees it.
# Happens:  calls made in one tick travel as one request (httpBatchLink, the link in every example). If their outcomes differ the answer is
#           207: for one public call and one refused, and for two refused with 401 and 403. Only where all are 401 is it 401.
# Versions: @trpc/server 11.25.2, @trpc/client 11.25.2. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  refreshing works on pages whose calls all need a token and silently not on those that also ask for something public. A
#           proxy's count of 401 misses them, and a WWW-Authenticate header rides on a success.
# Source:   trpc/trpc packages/server/src/unstable-core-do-not-import/http/getHTTPStatusCode.ts.
set -euo pipefail
pins='@trpc/server@11.25.2 @trpc/client@11.25.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { TRPCError, initTRPC } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { createServer } from 'node:http';
const t = initTRPC.create();
const refused = (code) => t.procedure.query(() => { throw new TRPCError({ code }); });
const router = t.router({ open: t.procedure.query(() => 'open'), mine: refused('UNAUTHORIZED'), mineToo: refused('UNAUTHORIZED'), admins: refused('FORBIDDEN') });
const server = createServer(createHTTPHandler({ router })).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
let answered;
const client = createTRPCClient({
  links: [httpBatchLink({
    url: `http://127.0.0.1:${server.address().port}`,
    fetch: async (url, init) => {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
      answered = response.status;
      return response;
    },
  })],
});
const seen = {};
for (const names of [['mine'], ['mine', 'mineToo'], ['mine', 'open'], ['mine', 'admins']]) {
  const results = await Promise.allSettled(names.map((name) => client[name].query()));
  seen[names.join(' + ')] = [answered, ...results.map(({ value, reason }) => value ?? reason.data.httpStatus)];
}
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  mine: [401, 401], 'mine + mineToo': [401, 401, 401], 'mine + open': [207, 401, 'open'], 'mine + admins': [207, 401, 403],
});
JS
timeout 60 node run.mjs
