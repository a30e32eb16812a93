#!/usr/bin/env bash
# Guess:    an access token headed "typ": "at+jwt" (RFC 9068) has the API as audience, and a client with a wrong secret is 401.
# Happens:  Glewlwyd writes the granted scopes into "aud", as one string: "read", or "read write", which is neither of the two and is
#           not "write read". The order is the one the client asked in. Introspection says the same, without iss, and
#           without the sub that the token of a client has. At the token endpoint a wrong secret is 403 with an empty body.
# Versions: Debian glewlwyd 2.7.5-3+deb12u1, sqlite3 3.40.1-2+deb12u2; Node.js 20.20.2 as client. Run on 2026-11-29.
# Matters:  an API that checks its audience works until a client asks for a second scope, and then refuses that client alone. One
#           that asks introspection has no name for the caller. A client takes its own wrong secret for a missing permission.
# Source:   RFC 9068 sections 2.2 and 3, RFC 6749 section 5.2; babelouest/glewlwyd src/plugin/protocol_oidc.c.
set -euo pipefail
for p in glewlwyd=2.7.5-3+deb12u1 sqlite3=3.40.1-2+deb12u2; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
# What the package fills a new database with: an administrator, and no client.
sqlite3 glewlwyd.db < /usr/share/dbconfig-common/data/glewlwyd/install/sqlite3
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
const probe = createServer().listen(0, '127.0.0.1');
await new Promise((done) => probe.once('listening', done));
const { port } = probe.address();
await new Promise((done) => probe.close(done));
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
process.on('SIGTERM', () => process.exit(1));
const api = `http://127.0.0.1:${port}/api`;
const issuer = `${api}/oidc`;
const json = (path, body, cookie = '') => fetch(api + path, {
  method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body), signal: AbortSignal.timeout(5000),
});
const logIn = () => json('/auth/', { username: 'admin', password: 'password' });
let login;
for (let tries = 50; tries > 0 && !login; tries -= 1) {
  login = await logIn().catch(() => undefined);
  await new Promise((done) => setTimeout(done, 100));
}
const cookie = login.headers.get('set-cookie').split(';')[0];
const add = async (path, body) => assert.equal((await json(path, body, cookie)).status, 200);
const scopes = ['read', 'write'];
for (const name of scopes) await add('/scope/', { name, display_name: name, password_required: false, scheme: {} });
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
await add('/mod/plugin/', {
  module: 'oidc', name: 'oidc', display_name: 'OpenID Connect', enabled: true,
  parameters: {
    iss: issuer, 'jwt-type': 'rsa', 'jwt-key-size': '256', key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: publicKey.export({ type: 'spki', format: 'pem' }),
    'access-token-duration': 600, 'refresh-token-duration': 600, 'code-duration': 600, 'refresh-token-rolling': false, 'allow-non-oidc': true, 'subject-type': 'public',
    'allowed-scope': ['openid', ...scopes], 'introspection-revocation-allowed': true, 'introspection-revocation-allow-target-client': true,
    'introspection-revocation-auth-scope': ['introspect'], 'jwks-show': true,
    ...Object.fromEntries(['code', 'token', 'id-token', 'none', 'password', 'device', 'refresh', 'client'].map((type) => [`auth-type-${type}-enabled`, type === 'client'])),
  },
});
await add('/client/', {
  client_id: 'client', name: 'client', confidential: true, enabled: true, client_secret: 'secret', authorization_type: ['client_credentials'], scope: scopes,
  redirect_uri: [issuer], token_endpoint_auth_method: ['client_secret_basic'],
});
const post = async (path, form, secret = 'secret') => {
  const response = await fetch(issuer + path, {
    method: 'POST', headers: { authorization: `Basic ${btoa(`client:${secret}`)}` }, body: new URLSearchParams(form), signal: AbortSignal.timeout(5000),
  });
  return { status: response.status, text: await response.text() };
};
const seen = {};
for (const scope of ['read', 'read write', 'write read']) {
  const { access_token: token } = JSON.parse((await post('/token', { grant_type: 'client_credentials', scope })).text);
  const [header, claims] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  const introspected = JSON.parse((await post('/introspect', { token })).text);
  seen[scope] = { typ: header.typ, aud: claims.aud, sub: claims.sub, introspected: [introspected.active, introspected.aud, introspected.iss, introspected.sub] };
}
seen['wrong secret'] = await post('/token', { grant_type: 'client_credentials', scope: 'read' }, 'wrong');
console.log(seen);
const expected = (aud) => ({ typ: 'at+jwt', aud, sub: 'client', introspected: [true, aud, undefined, undefined] });
assert.deepEqual(seen, {
  ...Object.fromEntries(['read', 'read write', 'write read'].map((scope) => [scope, expected(scope)])), 'wrong secret': { status: 403, text: '' },
});
process.exit();
JS
timeout 60 node run.mjs
