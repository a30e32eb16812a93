#!/usr/bin/env bash
# Guess:    jwks-rsa with its cache keeps the key set it fetched; a set of six keys costs one request for ten minutes.
# Happens:  the cache holds single keys by kid, five of them (cacheMaxEntries), and a fetched set feeds it only the key that was
#           asked for. Six kids that take turns push one another out: every lookup is a request to the issuer. With
#           rateLimit (10 a minute by default) the eleventh lookup fails, for a key that is in the set and was served before.
#           Five kids in the same order: five requests in all.
# Versions: jwks-rsa 4.1.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  issuers with more than five live signing keys are common (several algorithms, several tenants, keys kept for
#           rotation). The API works in every test with one key and then refuses good tokens under ordinary load.
# Source:   auth0/node-jwks-rsa README ("Caching", "Rate Limiting") and src/wrappers/cache.js.
set -euo pipefail
pins='jwks-rsa@4.1.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import jwksRsa from 'jwks-rsa';
const keys = Array.from({ length: 6 }, (_, i) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }), kid: `k${i}`, use: 'sig', alg: 'ES256',
}));
let requests = 0;
const server = createServer((_, res) => { requests += 1; res.end(JSON.stringify({ keys })); }).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const jwksUri = `http://127.0.0.1:${server.address().port}/jwks`;
async function fiveRounds(kids, options) {
  requests = 0;
  const client = jwksRsa({ jwksUri, cache: true, timeout: 5000, ...options });
  let lookups = 0;
  for (let round = 0; round < 5; round += 1) {
    for (const kid of kids) {
      lookups += 1;
      try { await client.getSigningKey(kid); } catch (e) { return { lookups, requests, failed: e.name }; }
    }
  }
  return { lookups, requests };
}
const kids = keys.map((key) => key.kid);
const seen = {
  fiveKids: await fiveRounds(kids.slice(0, 5), {}),
  sixKids: await fiveRounds(kids, {}),
  sixKidsRateLimited: await fiveRounds(kids, { rateLimit: true }),
};
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  fiveKids: { lookups: 25, requests: 5 },
  sixKids: { lookups: 30, requests: 30 },
  sixKidsRateLimited: { lookups: 11, requests: 10, failed: 'JwksRateLimitError' },
});
JS
timeout 60 node run.mjs
