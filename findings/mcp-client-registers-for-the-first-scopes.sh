#!/usr/bin/env bash
# Guess:    an MCP client that registers by itself may later be granted any scope that the API's metadata lists.
# Happens:  both versions of the MCP TypeScript SDK register with `scope` set to what the first 401 asks for (its challenge goes before
#           scopes_supported). oidc-provider holds a client to the scopes that it registered with, so the step-up that a later 403
#           asks for ends in invalid_scope, for every user of that client, until it registers anew.
# Versions: @modelcontextprotocol/client 2.4.0, @modelcontextprotocol/sdk 1.32.2, oidc-provider 9.13.3. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a server that does what the specification recommends (`scope` in the first challenge, the narrowest that will do) ends step-up
#           before it begins. With no scope in the first challenge the client registers with scopes_supported, and step-up works.
# Source:   modelcontextprotocol/typescript-sdk src/client/auth.ts (registerClient); RFC 7591 section 2; oidc-provider lib/actions/authorization/check_scope.js.
set -euo pipefail
pins='@modelcontextprotocol/client@2.4.0 @modelcontextprotocol/sdk@1.32.2 oidc-provider@9.13.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true,"type":"module"}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "JSON.parse(require('fs').readFileSync('./node_modules/${p%@*}/package.json')).version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { auth as auth2 } from '@modelcontextprotocol/client';
import { auth as auth1 } from '@modelcontextprotocol/sdk/client/auth.js';
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { warn } = console;
console.warn = () => {};
const { Provider } = await import('oidc-provider');
console.warn = warn;
const SCOPES = 'notes:read notes:write';
let handle;
const server = createServer((req, res) => {
  if (req.url.startsWith('/.well-known/oauth-protected-resource'))
    return res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({
      resource: `${origin}/mcp`, authorization_servers: [origin], scopes_supported: SCOPES.split(' '),
    }));
  return handle(req, res);
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}`;
const log = console.log;
console.log = console.info = console.warn = () => {};
handle = new Provider(origin, {
  scopes: SCOPES.split(' '),
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  cookies: { keys: ['a key'] },
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    resourceIndicators: { enabled: true, getResourceServerInfo: () => ({ scope: SCOPES, accessTokenFormat: 'jwt', audience: `${origin}/mcp` }) },
  },
}).callback();
async function logIn(auth, scopes) {
  let client;
  const said = [];
  const redirectUrl = 'http://127.0.0.1:9/callback';
  for (const scope of scopes) {
    const provider = {
      redirectUrl,
      clientMetadata: { redirect_uris: [redirectUrl], token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], response_types: ['code'] },
      clientInformation: () => client,
      saveClientInformation: (given) => { client = given; said.push(`registered for ${given.scope}`); },
      tokens: () => undefined, saveTokens() {}, saveCodeVerifier() {}, codeVerifier: () => 'v',
      redirectToAuthorization: async (url) => {
        const response = await fetch(url, { redirect: 'manual' });
        const error = new URL(response.headers.get('location'), origin).searchParams.get('error');
        said.push(`asked for ${url.searchParams.get('scope')}: ${error ?? 'the login form'}`);
      },
    };
    await auth(provider, { serverUrl: `${origin}/mcp`, scope });
  }
  return said;
}
const seen = {};
for (const [name, auth] of [['client 2.4.0', auth2], ['sdk 1.32.2', auth1]]) {
  seen[`${name}, the first challenge has scope="notes:read"`] = await logIn(auth, ['notes:read', SCOPES]);
  seen[`${name}, the first challenge has none`] = await logIn(auth, [undefined, SCOPES]);
}
console.log = log;
console.log(seen);
server.close();
server.closeAllConnections();
for (const [name, said] of Object.entries(seen))
  assert.deepEqual(said, name.endsWith('none')
    ? [`registered for ${SCOPES}`, `asked for ${SCOPES}: the login form`, `asked for ${SCOPES}: the login form`]
    : ['registered for notes:read', 'asked for notes:read: the login form', `asked for ${SCOPES}: invalid_scope`]);
JS
timeout 60 node run.mjs
