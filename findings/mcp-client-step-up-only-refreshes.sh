#!/usr/bin/env bash
# Guess:    the MCP TypeScript client answers 403 insufficient_scope with scope="write" by asking the user for that scope.
# Happens:  only if it holds no refresh token. With one it sends a refresh request, without the scope of the challenge, calls again
#           with a token that can do no more than before, and then throws. The user is never asked, however often the call is
#           made; without a refresh token the same challenge opens the authorization page with scope=write.
# Versions: @modelcontextprotocol/sdk 1.32.2, Streamable HTTP. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a server that does step-up by the specification works in a demo (no refresh token yet) and is a dead end for
#           every returning user; nothing the server can put into the challenge helps.
# Source:   modelcontextprotocol/typescript-sdk src/client/auth.ts (authInternal) and src/client/streamableHttp.ts; RFC 6750 section 3.1.
set -euo pipefail
pins='@modelcontextprotocol/sdk@1.32.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
console.warn = () => {};
let seen;
const server = createServer((req, res) => {
  const json = (status, body, headers = {}) => res.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  let form = '';
  req.on('data', (chunk) => { form += chunk; }).on('end', () => {
    if (req.url.startsWith('/.well-known/oauth-protected-resource')) return json(200, { resource: `${origin}/mcp`, authorization_servers: [origin] });
    if (req.url.startsWith('/.well-known/oauth-authorization-server')) {
      return json(200, {
        issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`,
        response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
      });
    }
    if (req.url === '/token') {
      const { grant_type: grant, scope = 'no scope' } = Object.fromEntries(new URLSearchParams(form));
      seen.push(`token request: ${grant}, ${scope}`);
      return json(200, { access_token: 'refreshed', token_type: 'Bearer', refresh_token: 'r' });
    }
    if (req.url !== '/mcp') return json(404, {});
    seen.push(`call with ${req.headers.authorization}`);
    return json(403, {}, { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="write", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"` });
  });
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}`;
async function callWith(tokens, calls) {
  seen = [];
  const authProvider = {
    redirectUrl: 'http://127.0.0.1/callback', clientMetadata: { redirect_uris: ['http://127.0.0.1/callback'] },
    clientInformation: () => ({ client_id: 'c', issuer: origin }),
    tokens: () => ({ ...tokens, issuer: origin }),
    saveTokens: (saved) => { tokens = saved; },
    redirectToAuthorization: (url) => { seen.push(`user asked for scope ${url.searchParams.get('scope')}`); },
    saveCodeVerifier() {}, codeVerifier: () => 'v',
  };
  const transport = new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { authProvider });
  await transport.start();
  for (const id of calls) {
    await transport.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'write' } })
      .catch((error) => seen.push(`threw ${error.constructor.name}`));
  }
  await transport.close();
  return seen;
}
const withRefreshToken = await callWith({ access_token: 'first', token_type: 'Bearer', refresh_token: 'r' }, [1, 2, 3]);
const without = await callWith({ access_token: 'first', token_type: 'Bearer' }, [1]);
console.log({ withRefreshToken, without });
server.close();
server.closeAllConnections();
assert.deepEqual(withRefreshToken, [
  'call with Bearer first', 'token request: refresh_token, no scope', 'call with Bearer refreshed', 'threw StreamableHTTPError',
  'call with Bearer refreshed', 'threw StreamableHTTPError', 'call with Bearer refreshed', 'threw StreamableHTTPError',
]);
assert.deepEqual(without, ['call with Bearer first', 'user asked for scope write', 'threw UnauthorizedError']);
JS
timeout 60 node run.mjs
