#!/usr/bin/env bash
# Guess:    a client of server-sent events gives up when it is refused with 401 and comes back after a 503; if not, all such clients
#           do the same, as the reconnection is written down in the HTML standard.
# Happens:  eventsource, as a browser's EventSource, ends for good at any answer that is not 200, a 503 included. fetch-event-source
#           never ends: it repeats a 401 or 403 each second with the same header, and a 204, which is the standard's "stop".
#           Its error names the missing content type and no status. Both come back after a broken connection.
# Versions: eventsource 4.1.1, @microsoft/fetch-event-source 2.0.1. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  with the first a restart of the gateway leaves open pages without events until they are reloaded; with the second each
#           open page of a signed-out user asks once a second with the old token, and token checks are the API's main load.
# Source:   HTML standard, section "Server-sent events" (fail the connection); EventSource/eventsource src/EventSource.ts;
#           Azure/fetch-event-source src/fetch.ts (defaultOnOpen, DefaultRetryInterval).
set -euo pipefail
pins='eventsource@4.1.1 @microsoft/fetch-event-source@2.0.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource } from 'eventsource';
// fetch-event-source is written for pages; these two are what it asks of one.
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
globalThis.window = globalThis;
const requests = {};
const server = createServer((req, res) => {
  requests[req.url] = (requests[req.url] ?? 0) + 1;
  const status = req.url.split('/')[2];
  if (status !== 'broken') return res.writeHead(Number(status)).end();
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1000\n\ndata: a\n\n', () => setTimeout(() => res.destroy(), 50));
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const address = `http://127.0.0.1:${server.address().port}`;
const errors = new Set();
for (const answer of ['401', '403', '503', '204', 'broken']) {
  new EventSource(`${address}/eventsource/${answer}`).addEventListener('error', () => {});
  const onerror = (error) => { if (answer !== 'broken') errors.add(error.message); };
  void fetchEventSource(`${address}/fetch-event-source/${answer}`, { openWhenHidden: true, onerror });
}
await new Promise((done) => setTimeout(done, 6000));
const seen = {};
for (const [path, count] of Object.entries(requests)) {
  const [, client, answer] = path.split('/');
  (seen[client] ??= {})[answer] = count === 1 ? 'ends' : 'comes back';
}
console.log(requests, [...errors]);
assert.deepEqual(seen, {
  eventsource: { 401: 'ends', 403: 'ends', 503: 'ends', 204: 'ends', broken: 'comes back' },
  'fetch-event-source': { 401: 'comes back', 403: 'comes back', 503: 'comes back', 204: 'comes back', broken: 'comes back' },
});
assert.deepEqual([...errors], ['Expected content-type to be text/event-stream, Actual: null']);
process.exit();
JS
timeout 60 node run.mjs
