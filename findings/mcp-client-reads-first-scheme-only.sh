#!/usr/bin/env bash
# Guess:    a client that looks for a Bearer challenge finds it wherever it stands in WWW-Authenticate.
# Happens:  the MCP TypeScript client 1.x looks at the first word of the whole header. With another scheme first (DPoP, Basic), or with a
#           parameterless "Bearer," first, it finds neither resource_metadata nor scope; with Bearer first, it takes the
#           parameters of the other scheme for Bearer's. oauth4webapi reads all four headers correctly.
# Versions: @modelcontextprotocol/sdk 1.32.2, oauth4webapi 3.8.8. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  adding a second scheme to an API (or a proxy that adds Basic) breaks the discovery of existing MCP clients, depending
#           on the order; two header lines are joined to one, so sending two does not help.
# Source:   RFC 9110 section 11.6.1; modelcontextprotocol/typescript-sdk src/client/auth.ts (extractWWWAuthenticateParams).
set -euo pipefail
pins='@modelcontextprotocol/sdk@1.32.2 oauth4webapi@3.8.8'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js';
import { protectedResourceRequest, customFetch } from 'oauth4webapi';
const metadata = 'resource_metadata="https://api.example/m"';
const headers = {
  bearerFirst: `Bearer ${metadata}, scope="read", DPoP algs="ES256"`,
  bearerSecond: `DPoP algs="ES256", Bearer ${metadata}, scope="read"`,
  bareBearerFirst: `Bearer, DPoP ${metadata}, scope="read"`,
  errorOfTheOther: `Bearer ${metadata}, DPoP error="invalid_dpop_proof"`,
};
const mcp = {};
const oauth = {};
for (const [name, value] of Object.entries(headers)) {
  const refusal = () => new Response('', { status: 401, headers: { 'WWW-Authenticate': value } });
  const { resourceMetadataUrl, scope, error } = extractWWWAuthenticateParams(refusal());
  mcp[name] = [resourceMetadataUrl?.href, scope, error];
  oauth[name] = await protectedResourceRequest('t', 'GET', new URL('https://api.example/'), undefined, null, { [customFetch]: async () => refusal() })
    .catch(({ cause }) => cause.map(({ scheme, parameters }) => `${scheme}: ${Object.keys(parameters)}`));
}
console.log('MCP client [metadata, scope, error]', mcp);
console.log('oauth4webapi', oauth);
assert.deepEqual(mcp, {
  bearerFirst: ['https://api.example/m', 'read', undefined],
  bearerSecond: [undefined, undefined, undefined],
  bareBearerFirst: [undefined, undefined, undefined],
  errorOfTheOther: ['https://api.example/m', undefined, 'invalid_dpop_proof'],
});
assert.deepEqual(oauth, {
  bearerFirst: ['bearer: resource_metadata,scope', 'dpop: algs'],
  bearerSecond: ['dpop: algs', 'bearer: resource_metadata,scope'],
  bareBearerFirst: ['bearer: ', 'dpop: resource_metadata,scope'],
  errorOfTheOther: ['bearer: resource_metadata', 'dpop: error'],
});
JS
timeout 60 node run.mjs
