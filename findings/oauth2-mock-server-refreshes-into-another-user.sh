#!/usr/bin/env bash
# Guess:    a mock issuer's refresh grant renews the token: same subject; and "resource" (RFC 8707) sets the audience.
# Happens:  the password grant issues a token for the user who logged in; refreshing it yields one whose sub is "johndoe", whoever
#           that was. Access tokens have no aud, with "resource" either, only with a parameter of its own, "aud"; those of the
#           client_credentials grant have no sub. Discovery does not list the refresh grant that the token endpoint serves.
# Versions: oauth2-mock-server 8.2.3. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a test of "refresh, then go on" passes for a user who has no data and fails for the real one, or checks ownership against
#           the wrong person; a client written for real issuers gets tokens that pass only with the audience check off.
# Source:   axa-group/oauth2-mock-server src/lib/oauth2-service.ts; RFC 6749 section 6; RFC 9068 section 2.2.
set -euo pipefail
pins='oauth2-mock-server@8.2.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { OAuth2Server } from 'oauth2-mock-server';
const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
await server.start(0, '127.0.0.1');
const origin = `http://127.0.0.1:${server.address().port}`;
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const grant = async (form) => {
  const response = await fetch(`${origin}/token`, {
    method: 'POST', body: new URLSearchParams({ client_id: 'c', scope: 'openid', ...form }), signal: AbortSignal.timeout(5000),
    headers: { authorization: `Basic ${Buffer.from('c:s').toString('base64')}` },
  });
  assert.equal(response.status, 200);
  return response.json();
};
const first = await grant({ grant_type: 'password', username: 'ann', password: 'x' });
const refreshed = await grant({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
const service = await grant({ grant_type: 'client_credentials' });
const named = await grant({ grant_type: 'client_credentials', resource: 'https://api.example/' });
const own = await grant({ grant_type: 'client_credentials', aud: 'https://api.example/' });
const { grant_types_supported: listed } = await (await fetch(`${origin}/.well-known/openid-configuration`)).json();
await server.stop();
const seen = {};
for (const [name, { access_token: token }] of Object.entries({ first, refreshed, service, named, own })) seen[name] = [claims(token).sub, claims(token).aud];
console.log('[sub, aud]', seen, 'listed grants:', listed.join(', '));
assert.deepEqual(seen, {
  first: ['ann', undefined], refreshed: ['johndoe', undefined], service: [undefined, undefined],
  named: [undefined, undefined], own: [undefined, 'https://api.example/'],
});
assert.ok(!listed.includes('refresh_token'));
JS
timeout 60 node run.mjs
