#!/usr/bin/env bash
# Guess:    private_key_jwt works between any two that support it; RFC 7523 section 3 only asks for an "aud" that means the issuer.
# Happens:  openid-client, oauth4webapi and the MCP SDK write the issuer into aud, as the newer drafts want; Authlib and rack-oauth2 write the
#           address of the token endpoint, as OpenID Connect says. oidc-provider takes either, also in an array. Glewlwyd takes the token
#           endpoint as a string and nothing else: 403 with an empty body for the issuer, and for an array of the one right entry.
# Versions: openid-client 6.9.0, oauth4webapi 3.8.8, @modelcontextprotocol/sdk 1.32.2, oidc-provider 9.13.3, jose 6.2.18 on Node.js 20.20.2;
#           Debian python3-authlib 1.2.0-1+deb12u2, ruby-rack-oauth2 1.21.3-1, glewlwyd 2.7.5-3+deb12u1, sqlite3 3.40.1-2+deb12u2.
#           Run on 2026-11-29.
# Matters:  keys, client and algorithm are right on both sides, and an upgrade of the client library ends a connection that worked. The
#           answer has no body to tell why. Of the three that write the issuer, each has an option for the old value.
# Source:   RFC 7523 section 3, draft-ietf-oauth-rfc7523bis, OpenID Connect Core section 9; panva/oauth4webapi src/index.ts (PrivateKeyJwt,
#           modifyAssertion); modelcontextprotocol/typescript-sdk src/client/auth-extensions.ts; lepture/authlib authlib/oauth2/rfc7523;
#           nov/rack-oauth2 lib/rack/oauth2/client.rb; panva/node-oidc-provider lib/shared/jwt_client_auth.js.
set -euo pipefail
for p in python3-authlib=1.2.0-1+deb12u2 ruby-rack-oauth2=1.21.3-1 glewlwyd=2.7.5-3+deb12u1 sqlite3=3.40.1-2+deb12u2; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='openid-client@6.9.0 oauth4webapi@3.8.8 @modelcontextprotocol/sdk@1.32.2 oidc-provider@9.13.3 jose@6.2.18'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
sqlite3 glewlwyd.db < /usr/share/dbconfig-common/data/glewlwyd/install/sqlite3
cat > client.py <<'PY'
import os
import sys
os.environ['AUTHLIB_INSECURE_TRANSPORT'] = '1'
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
endpoint, key = sys.argv[1:]
session = OAuth2Session('client', key, scope='read', token_endpoint_auth_method=PrivateKeyJWT(endpoint))
session.fetch_token(endpoint, grant_type='client_credentials', timeout=5)
PY
cat > client.rb <<'RB'
require 'rack/oauth2'
endpoint = URI(ARGV[0])
client = Rack::OAuth2::Client.new(identifier: 'client', private_key: OpenSSL::PKey::RSA.new(ARGV[1]), scheme: 'http', host: endpoint.host, port: endpoint.port, token_endpoint: endpoint.path)
client.access_token!(:jwt_bearer, scope: 'read')
RB
# The server's settings are all the defaults it needs written out, but for the ways to sign in that are switched off.
cat > glewlwyd.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
export async function startGlewlwyd(port, { privateKey, publicKey }) {
  const modules = '/usr/lib/glewlwyd';
  writeFileSync('glewlwyd.conf', `
port=${port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:${port}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="NONE"
cookie_secure=0
session_expiration=3600
session_key="S"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="${modules}/user"
user_middleware_module_path="${modules}/user_middleware"
client_module_path="${modules}/client"
user_auth_scheme_module_path="${modules}/scheme"
plugin_module_path="${modules}/plugin"
hash_algorithm = "SHA512"
database = { type = "sqlite3" path = "${process.cwd()}/glewlwyd.db" }
`);
  const server = spawn('glewlwyd', [`--config-file=${process.cwd()}/glewlwyd.conf`], { stdio: 'ignore' });
  process.on('exit', () => server.kill());
  const api = `http://127.0.0.1:${port}/api`;
  const post = (path, body, cookie = '') => fetch(api + path, {
    method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body), signal: AbortSignal.timeout(5000),
  });
  let login;
  for (let tries = 50; tries > 0 && !login; tries -= 1) {
    login = await post('/auth/', { username: 'admin', password: 'password' }).catch(() => undefined);
    await new Promise((done) => setTimeout(done, 100));
  }
  const cookie = login.headers.get('set-cookie').split(';')[0];
  const add = async (path, body) => assert.equal((await post(path, body, cookie)).status, 200);
  const pubkey = publicKey.export({ type: 'spki', format: 'pem' });
  await add('/scope/', { name: 'read', display_name: 'read', password_required: false, scheme: {} });
  const ways = ['code', 'token', 'id-token', 'none', 'password', 'device', 'refresh', 'client'];
  await add('/mod/plugin/', {
    module: 'oidc', name: 'oidc', display_name: 'OpenID Connect', enabled: true,
    parameters: {
      iss: `${api}/oidc`, 'jwt-type': 'rsa', 'jwt-key-size': '256', key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: pubkey,
      'access-token-duration': 600, 'refresh-token-duration': 600, 'code-duration': 600, 'refresh-token-rolling': false, 'allow-non-oidc': true, 'subject-type': 'public',
      'allowed-scope': ['openid', 'read'], 'request-parameter-allow': true, 'request-maximum-exp': 3600, 'client-pubkey-parameter': 'pubkey', 'jwks-show': true,
      ...Object.fromEntries(ways.map((way) => [`auth-type-${way}-enabled`, way === 'client'])),
    },
  });
  await add('/client/', {
    client_id: 'client', name: 'client', confidential: true, enabled: true, client_secret: 'unused', authorization_type: ['client_credentials'], scope: ['read'],
    redirect_uri: [`${api}/unused`], token_endpoint_auth_method: ['private_key_jwt'], pubkey,
  });
  return `${api}/oidc`;
}
JS
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createPrivateKeyJwtAuth } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import Provider from 'oidc-provider';
import * as openid from 'openid-client';
import { startGlewlwyd } from './glewlwyd.mjs';
process.on('SIGTERM', () => process.exit(1));
console.warn = console.info = () => {};
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
const der = keys.privateKey.export({ type: 'pkcs8', format: 'der' });
const key = { key: await crypto.subtle.importKey('pkcs8', der, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']), kid: 'k' };
const listen = async (server) => {
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return server.address().port;
};
const probe = createServer();
const glewlwydPort = await listen(probe);
await new Promise((done) => probe.close(done));
const server = createServer();
const providerIssuer = `http://127.0.0.1:${await listen(server)}`;
const provider = new Provider(providerIssuer, {
  features: { clientCredentials: { enabled: true } }, scopes: ['read'], clientAuthMethods: ['private_key_jwt'], ttl: { ClientCredentials: 600 },
  clients: [{
    client_id: 'client', token_endpoint_auth_method: 'private_key_jwt', grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope: 'read',
    jwks: { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k' }] },
  }],
});
server.on('request', provider.callback());
// The third one only looks at what it is sent.
let assertion;
const witness = createServer((req, res) => {
  let form = '';
  req.on('data', (chunk) => { form += chunk; }).on('end', () => {
    assertion = new URLSearchParams(form).get('client_assertion');
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"t","token_type":"Bearer","expires_in":60}');
  });
});
const witnessIssuer = `http://127.0.0.1:${await listen(witness)}`;
const servers = { 'oidc-provider': providerIssuer, Glewlwyd: await startGlewlwyd(glewlwydPort, keys) };

const post = async (endpoint, form) => {
  const response = await fetch(endpoint, { method: 'POST', body: form, signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${response.status} with ${(await response.text()).length} bytes`);
};
const elsewhere = (command, file) => (_, endpoint) => new Promise((done, fail) => {
  execFile(command, [file, endpoint, pem], { timeout: 20000 }, (error) => (error ? fail(error) : done()));
});
const openidClient = async (issuer, endpoint, options) => {
  const config = new openid.Configuration({ issuer, token_endpoint: endpoint }, 'client', {}, openid.PrivateKeyJwt(key, options));
  openid.allowInsecureRequests(config);
  await openid.clientCredentialsGrant(config, { scope: 'read' });
};
const makers = {
  'openid-client': openidClient,
  'openid-client, told the old value': (issuer, endpoint) => openidClient(issuer, endpoint, {
    [openid.modifyAssertion](_, claims) {
      claims.aud = endpoint;
    },
  }),
  async oauth4webapi(issuer, endpoint) {
    const response = await oauth.clientCredentialsGrantRequest(
      { issuer, token_endpoint: endpoint }, { client_id: 'client' }, oauth.PrivateKeyJwt(key), { scope: 'read' }, { [oauth.allowInsecureRequests]: true },
    );
    assert.ok(response.ok);
  },
  async 'MCP SDK'(issuer, endpoint) {
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'read' });
    await createPrivateKeyJwtAuth({ issuer: 'client', subject: 'client', privateKey: pem, alg: 'RS256' })(new Headers(), form, endpoint, { issuer, token_endpoint: endpoint });
    await post(endpoint, form);
  },
  Authlib: elsewhere('/usr/bin/python3', 'client.py'),
  'rack-oauth2': elsewhere('ruby', 'client.rb'),
};
const outcome = (work, reason = () => 'refused') => work().then(() => 'ok', reason);
const seen = {};
for (const [name, make] of Object.entries(makers)) {
  await make(witnessIssuer, `${witnessIssuer}/token`);
  const { aud } = JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url'));
  seen[name] = { aud: { [witnessIssuer]: 'issuer', [`${witnessIssuer}/token`]: 'token endpoint' }[aud] };
  for (const [serverName, issuer] of Object.entries(servers)) seen[name][serverName] = await outcome(() => make(issuer, `${issuer}/token`));
}
for (const [label, audienceOf] of [['issuer', (issuer) => [issuer]], ['token endpoint', (issuer) => [`${issuer}/token`]]]) {
  const make = async (issuer) => {
    const claims = new SignJWT({ jti: crypto.randomUUID() }).setIssuer('client').setSubject('client').setAudience(audienceOf(issuer)).setIssuedAt().setExpirationTime('1m');
    const form = { grant_type: 'client_credentials', scope: 'read', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
    await post(`${issuer}/token`, new URLSearchParams({ ...form, client_assertion: await claims.setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(keys.privateKey) }));
  };
  const row = {};
  for (const [serverName, issuer] of Object.entries(servers)) row[serverName] = await outcome(() => make(issuer), (error) => error.message);
  seen[`jose, [${label}]`] = row;
}
console.log(seen);
const byIssuer = { aud: 'issuer', 'oidc-provider': 'ok', Glewlwyd: 'refused' };
const byEndpoint = { aud: 'token endpoint', 'oidc-provider': 'ok', Glewlwyd: 'ok' };
const asArray = { 'oidc-provider': 'ok', Glewlwyd: '403 with 0 bytes' };
assert.deepEqual(seen, {
  'openid-client': byIssuer, 'openid-client, told the old value': byEndpoint, oauth4webapi: byIssuer, 'MCP SDK': byIssuer, Authlib: byEndpoint, 'rack-oauth2': byEndpoint, 'jose, [issuer]': asArray, 'jose, [token endpoint]': asArray,
});
process.exit();
JS
timeout 100 node run.mjs
