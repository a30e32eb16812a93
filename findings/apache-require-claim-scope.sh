#!/usr/bin/env bash
# Guess:    in Apache with mod_auth_openidc "Require claim scope:read" lets pass whoever has the scope "read", and whoever lacks it
#           reads 403 insufficient_scope.
# Happens:  the claim is compared whole: "scope": "read" passes, "read write" is refused, and so is "write read". An array is searched:
#           ["write", "read"] passes. The refusal is 401 without a challenge, after a token that is valid: the module puts
#           the challenge into an environment variable only. Require claim "scope~(^| )read( |$)" is what was meant.
# Versions: Debian libapache2-mod-auth-openidc 2.4.12.3-2+deb12u5, apache2-bin 2.4.71-1~deb12u1; Node.js 20.20.2 as issuer and API.
#           Run on 2026-11-29.
# Matters:  a client that is granted a second scope loses what it could do with one. Its library takes 401 for an expired token and
#           refreshes for ever, where 403 would have stopped it.
# Source:   OpenIDC/mod_auth_openidc src/authz.c, src/mod_auth_openidc.c (oidc_handle_unauthorized_user24), auth_openidc.conf
#           (OIDC_OAUTH_BEARER_SCOPE_ERROR); RFC 6749 section 3.3; RFC 6750 section 3.1.
set -euo pipefail
for p in libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 apache2-bin=2.4.71-1~deb12u1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; chmod 755 .
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
const dir = process.cwd();
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, server.address().port];
};
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync('key.pem', publicKey.export({ type: 'spki', format: 'pem' }));
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenWith = (scope) => {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'RS256', kid: 'r' })}.${part({ sub: 'a', iat: now, exp: now + 300, scope })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
};
const [api, apiPort] = await listen((_, res) => res.end('ok'));
const [probe, port] = await listen();
await new Promise((done) => probe.close(done));
writeFileSync('apache.conf', `
ServerName localhost
PidFile ${dir}/apache.pid
ErrorLog ${dir}/apache.log
User www-data
Group www-data
Mutex sem
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', 'auth_openidc'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
Listen 127.0.0.1:${port}
OIDCCryptoPassphrase unused
OIDCOAuthVerifyCertFiles r#${dir}/key.pem
<Location /claim>
  AuthType oauth20
  Require claim scope:read
</Location>
<Location /pattern>
  AuthType oauth20
  Require claim "scope~(^| )read( |$)"
</Location>
ProxyPass / http://127.0.0.1:${apiPort}/
`);
const apache = spawn('apache2', ['-DFOREGROUND', '-d', dir, '-f', `${dir}/apache.conf`], { stdio: 'ignore' });
process.on('exit', () => apache.kill());
process.on('SIGTERM', () => process.exit(1));
const ask = (path, token) => new Promise((done, fail) => {
  get({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token}` }, timeout: 5000 }, (res) => {
    res.resume().on('end', () => done(`${res.statusCode} ${res.headers['www-authenticate'] ?? 'no challenge'}`));
  }).on('error', fail);
});
for (let tries = 50; tries > 0 && !(await ask('/claim', 'none').catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
const seen = {};
for (const scope of ['read', 'read write', 'write read', ['write', 'read'], 'write']) {
  seen[JSON.stringify(scope)] = [await ask('/claim', tokenWith(scope)), await ask('/pattern', tokenWith(scope))];
}
console.log('scope: [Require claim scope:read, Require claim "scope~(^| )read( |$)"]', seen);
const [passes, refused] = ['200 no challenge', '401 no challenge'];
assert.deepEqual(seen, {
  '"read"': [passes, passes], '"read write"': [refused, passes], '"write read"': [refused, passes], '["write","read"]': [passes, passes], '"write"': [refused, refused],
});
process.exit();
JS
timeout 60 node run.mjs
