#!/usr/bin/env bash
# Guess:    an authorization server with introspection and revocation endpoints takes there any access token that it issued.
# Happens:  oidc-provider takes its opaque ones only. For an access token in JWT format both endpoints answer 400
#           unsupported_token_type. The format is chosen per resource, so one client's two tokens differ.
# Versions: oidc-provider 9.13.3. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  "verify locally, ask introspection for the sensitive routes" cannot be built, a logout that revokes the access token
#           fails, and a reader that takes introspection's 400 for an outage turns good tokens into 503. RFC 7662 has no such split.
# Source:   panva/node-oidc-provider lib/actions/introspection.js and revocation.js; RFC 7662 section 2; RFC 7009 section 2.2.1.
set -euo pipefail
pins='oidc-provider@9.13.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
console.info = console.warn = () => {};
const server = createServer().listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const secret = 's'.repeat(32);
const provider = new Provider(issuer, {
  clients: [{ client_id: 'c', client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        scope: 'read', audience: resource, accessTokenFormat: resource.includes('jwt') ? 'jwt' : 'opaque', jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
server.on('request', provider.callback());
const post = async (path, form) => {
  const response = await fetch(issuer + path, {
    method: 'POST', body: new URLSearchParams(form), signal: AbortSignal.timeout(5000),
    headers: { authorization: `Basic ${Buffer.from(`c:${secret}`).toString('base64')}` },
  });
  const text = await response.text();
  return { status: response.status, ...(text && JSON.parse(text)) };
};
const seen = {};
for (const format of ['opaque', 'jwt']) {
  const { access_token: token } = await post('/token', { grant_type: 'client_credentials', resource: `https://${format}.example/`, scope: 'read' });
  const introspected = await post('/token/introspection', { token });
  const revoked = await post('/token/revocation', { token });
  seen[format] = [token.split('.').length, introspected.status, introspected.active ?? introspected.error, revoked.status, revoked.error];
  console.log(format, JSON.stringify(seen[format]), introspected.error_description ?? '');
}
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  opaque: [1, 200, true, 200, undefined],
  jwt: [3, 400, 'unsupported_token_type', 400, 'unsupported_token_type'],
});
JS
timeout 60 node run.mjs
