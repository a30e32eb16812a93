#!/usr/bin/env bash
# Guess:    openid-client answers the API's demand for a DPoP nonce by itself, by sending the call again; where it can't, because the
#           body was a stream and is gone, the caller gets the 401 with its challenge.
# Happens:  with a stream it tries all the same, and fetch throws "Response body object should not be disturbed or locked". Status and
#           challenge are lost; nothing names a nonce. The next call works, as the nonce has been noted.
# Versions: openid-client 6.9.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  uploads fail once after each start, and once each time the API changes its nonce, with an error that points to the code that
#           reads the file. A GET before the upload, or a body that is no stream, hides it, so tests do.
# Source:   RFC 9449 section 9; panva/openid-client src/index.ts (fetchProtectedResource); the Fetch standard on bodies.
set -euo pipefail
pins='openid-client@6.9.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import * as openid from 'openid-client';
const received = [];
const server = createServer(async (req, res) => {
  const { nonce } = JSON.parse(Buffer.from(req.headers.dpop.split('.')[1], 'base64url'));
  let body = '';
  for await (const chunk of req) body += chunk;
  received.push(`${body} ${nonce ? 'with' : 'without'} nonce`);
  if (nonce) return res.end('ok');
  res.writeHead(401, { 'dpop-nonce': 'n', 'www-authenticate': 'DPoP error="use_dpop_nonce"' }).end();
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const address = new URL(`http://127.0.0.1:${server.address().port}/`);
const key = await openid.randomDPoPKeyPair();
const callerOf = () => {
  const config = new openid.Configuration({ issuer: address.origin }, 'c', {}, openid.None());
  openid.allowInsecureRequests(config);
  const DPoP = openid.getDPoPHandle(config, key);
  return async (body) => {
    received.length = 0;
    const outcome = await openid.fetchProtectedResource(config, 'token', address, 'POST', body, new Headers(), { DPoP }).then(
      ({ status }) => status, (error) => `${error.name}: ${error.message}`,
    );
    return [outcome, ...received];
  };
};
const stream = () => new Blob(['stream']).stream();
const [withText, withStream] = [callerOf(), callerOf()];
const seen = { text: await withText('text'), stream: await withStream(stream()), 'stream, second call': await withStream(stream()) };
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  text: [200, 'text without nonce', 'text with nonce'],
  stream: ['TypeError: Response body object should not be disturbed or locked', 'stream without nonce'],
  'stream, second call': [200, 'stream with nonce'],
});
JS
timeout 60 node run.mjs
