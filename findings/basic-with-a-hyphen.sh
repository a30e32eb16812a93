#!/usr/bin/env bash
# Guess:    a client id of letters, digits and hyphens, such as a UUID, is the same in every client's Basic header.
# Happens:  RFC 6749 2.3.1 has id and secret form-encoded first. oauth4webapi, and openid-client above it, then write "-" as "%2D" (and
#           "_" as "%5F", "." as "%2E"). Allowed, but a server that leaves out the decoding, which nobody notices with other clients,
#           doesn't know that client: @node-oauth/oauth2-server answers 401. oidc-provider decodes. simple-oauth2 encodes too,
#           and leaves the hyphen alone.
# Versions: oauth4webapi 3.8.8, openid-client 6.9.0, simple-oauth2 5.1.0, @node-oauth/oauth2-server 5.3.0, oidc-provider 9.13.3.
#           Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  id and secret are right, curl -u works, and the new client gets 401. Introspection and revocation use the same
#           header. ClientSecretPost, where the server has it, is the way around.
# Source:   RFC 6749 section 2.3.1; panva/oauth4webapi src/index.ts (formUrlEncode); node-oauth/node-oauth2-server lib/handlers/token-handler.js.
set -euo pipefail
pins='oauth4webapi@3.8.8 openid-client@6.9.0 simple-oauth2@5.1.0 @node-oauth/oauth2-server@5.3.0 oidc-provider@9.13.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import OAuth2Server from '@node-oauth/oauth2-server';
import * as oauth from 'oauth4webapi';
import Provider from 'oidc-provider';
import * as openid from 'openid-client';
import simpleOAuth2 from 'simple-oauth2';
console.info = console.warn = () => {};
const id = '8f14e45f-ceea-467f-a7b4-1c0ffee12345';
const secret = 's'.repeat(32);
const listen = async (make) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = `http://127.0.0.1:${server.address().port}`;
  server.on('request', make(address));
  return [server, address];
};
const sent = [];
const node = new OAuth2Server({
  model: {
    getClient: (name, password) => name === id && password === secret && { id, grants: ['client_credentials'] },
    getUserFromClient: () => ({}),
    validateScope: () => ['read'],
    saveToken: (token, client, user) => ({ ...token, client, user }),
  },
});
const [nodeServer, nodeAddress] = await listen(() => async (req, res) => {
  sent.push(Buffer.from((req.headers.authorization ?? '').slice(6), 'base64').toString().split(':')[0]);
  let form = '';
  for await (const chunk of req) form += chunk;
  const body = Object.fromEntries(new URLSearchParams(form));
  const response = new OAuth2Server.Response({ headers: {} });
  await node.token(new OAuth2Server.Request({ headers: req.headers, method: req.method, query: {}, body }), response).catch(() => {});
  res.writeHead(response.status, { ...response.headers, 'content-type': 'application/json' }).end(JSON.stringify(response.body));
});
const [panvaServer, panvaAddress] = await listen((issuer) => new Provider(issuer, {
  clients: [{ client_id: id, client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
}).callback());
const clients = {
  oauth4webapi: async (issuer) => {
    const server = { issuer, token_endpoint: `${issuer}/token` };
    const options = { [oauth.allowInsecureRequests]: true };
    const response = await oauth.clientCredentialsGrantRequest(server, { client_id: id }, oauth.ClientSecretBasic(secret), {}, options);
    await oauth.processClientCredentialsResponse(server, { client_id: id }, response);
  },
  'openid-client': async (issuer) => {
    const config = new openid.Configuration({ issuer, token_endpoint: `${issuer}/token` }, id, {}, openid.ClientSecretBasic(secret));
    openid.allowInsecureRequests(config);
    await openid.clientCredentialsGrant(config);
  },
  'simple-oauth2': async (tokenHost) => {
    await new simpleOAuth2.ClientCredentials({ client: { id, secret }, auth: { tokenHost, tokenPath: '/token' } }).getToken({});
  },
};
const seen = {};
for (const [name, ask] of Object.entries(clients)) {
  const outcome = (address) => ask(address).then(() => 'token', (error) => error.status ?? error.output?.statusCode ?? error.message);
  seen[name] = { 'node-oauth2-server': await outcome(nodeAddress), 'oidc-provider': await outcome(panvaAddress), sent: sent.pop() };
}
console.log(seen);
for (const server of [nodeServer, panvaServer]) {
  server.close();
  server.closeAllConnections();
}
const refused = { 'node-oauth2-server': 401, 'oidc-provider': 'token', sent: id.replaceAll('-', '%2D') };
assert.deepEqual(seen, {
  oauth4webapi: refused, 'openid-client': refused, 'simple-oauth2': { 'node-oauth2-server': 'token', 'oidc-provider': 'token', sent: id },
});
JS
timeout 60 node run.mjs
