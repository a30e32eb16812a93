#!/usr/bin/env bash
# Guess:    an OAuth2Client that holds a refresh token refreshes when the API answers 401, and sends the request once more.
# Happens:  only while it does not know the expiry. With expiry_date in the future (set from each token answer with expires_in) the 401 is thrown
#           and the refresh token is left alone; all later calls fail the same way until expiry_date. Without expiry_date, or with
#           forceRefreshOnFailure: true, it refreshes and the call succeeds.
# Versions: google-auth-library 10.9.1. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  revocation, key rotation or a clock that lags end a token before its time; the API's invalid_token, which tells the client
#           to refresh, is ignored by a client that could, for up to an hour.
# Source:   googleapis/google-auth-library-nodejs src/auth/oauth2client.ts, requestAsync (mayRequireRefresh).
set -euo pipefail
pins='google-auth-library@10.9.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { OAuth2Client } from 'google-auth-library';
let refreshes = 0;
let calls = 0;
const server = createServer((req, res) => {
  if (req.url === '/token') {
    refreshes += 1;
    res.setHeader('Content-Type', 'application/json');
    return res.end('{"access_token":"new","expires_in":3600,"token_type":"Bearer"}');
  }
  calls += 1;
  res.writeHead(req.headers.authorization === 'Bearer new' ? 200 : 401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
  return res.end('{}');
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}`;
async function outcome(options, credentials) {
  refreshes = calls = 0;
  const client = new OAuth2Client({ clientId: 'c', clientSecret: 's', endpoints: { oauth2TokenUrl: `${origin}/token` }, ...options });
  client.setCredentials({ access_token: 'old', refresh_token: 'r', ...credentials });
  const status = await client.request({ url: `${origin}/api`, timeout: 5000 }).then((response) => response.status, (error) => `threw ${error.status}`);
  return { status, calls, refreshes };
}
const inHalfAnHour = { expiry_date: Date.now() + 1_800_000 };
const seen = {
  'expiry known': await outcome({}, inHalfAnHour),
  'expiry not known': await outcome({}, {}),
  'expiry known, forceRefreshOnFailure': await outcome({ forceRefreshOnFailure: true }, inHalfAnHour),
};
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  'expiry known': { status: 'threw 401', calls: 1, refreshes: 0 },
  'expiry not known': { status: 200, calls: 2, refreshes: 1 },
  'expiry known, forceRefreshOnFailure': { status: 200, calls: 2, refreshes: 1 },
});
JS
timeout 60 node run.mjs
