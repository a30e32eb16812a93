#!/usr/bin/env bash
# Guess:    a logout token that names only the user (sub, no sid) ends all of that user's sessions at the site, as OpenID Connect
#           Back-Channel Logout 1.0 section 2.4 says; a 200 means it was done.
# Happens:  Apache's mod_auth_openidc files a session under one name: the sid of the ID token, or else its sub. It looks the logout
#           token up in the same way. Where the ID tokens had a sid, a token with sub alone ends nothing. Where they had
#           none, it ends the last session of the user, not the earlier ones. The issuer reads 200 each time.
# Versions: Debian libapache2-mod-auth-openidc 2.4.12.3-2+deb12u5, apache2-bin 2.4.71-1~deb12u1; Node.js 20.20.2 as issuer and browser.
#           Run on 2026-11-29.
# Matters:  an issuer sends the form with sub alone when an account is closed or "sign out everywhere" is pressed, the moment that counts.
#           A test that signs one browser in and out passes, because its logout token carries the sid.
# Source:   OpenIDC/mod_auth_openidc src/mod_auth_openidc.c (oidc_handle_logout_backchannel, and the comment there; oidc_cleanup_by_sid).
set -euo pipefail
for p in libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 apache2-bin=2.4.71-1~deb12u1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; chmod 755 .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=issuer.example -days 2 2> /dev/null
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
const dir = process.cwd();
const listen = async (server) => {
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return server.address().port;
};
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
function signed(typ, claims) {
  const now = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: 'RS256', kid: 'k', typ })}.${encode({ iss: issuer, aud: 'site', iat: now, exp: now + 120, ...claims })}`;
  return `${text}.${sign('sha256', text, privateKey).toString('base64url')}`;
}
let idTokenClaims;
const issuerPort = await listen(createSecureServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, (req, res) => {
  const body = req.url === '/jwks'
    ? { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' }] }
    : { access_token: 'a', token_type: 'Bearer', id_token: signed('JWT', idTokenClaims) };
  req.resume().on('end', () => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
}));
const issuer = `https://127.0.0.1:${issuerPort}`;
const pagePort = await listen(createServer((_, res) => res.end('page')));
const probe = createServer();
const port = await listen(probe);
await new Promise((done) => probe.close(done));
const site = `http://127.0.0.1:${port}`;
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
OIDCProviderIssuer ${issuer}
OIDCProviderAuthorizationEndpoint ${issuer}/authorize
OIDCProviderTokenEndpoint ${issuer}/token
OIDCProviderJwksUri ${issuer}/jwks
OIDCSSLValidateServer Off
OIDCClientID site
OIDCClientSecret secret
OIDCRedirectURI ${site}/callback
<Location />
  AuthType openid-connect
  Require valid-user
</Location>
ProxyPass / http://127.0.0.1:${pagePort}/
`);
const apache = spawn('apache2', ['-DFOREGROUND', '-d', dir, '-f', `${dir}/apache.conf`], { stdio: 'ignore' });
process.on('exit', () => apache.kill());
process.on('SIGTERM', () => process.exit(1));
const call = (path, cookie = '', form = undefined) => new Promise((done, fail) => {
  const headers = { accept: 'text/html', cookie, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) };
  request(site + path, { method: form ? 'POST' : 'GET', headers, timeout: 5000 }, (res) => res.resume().on('end', () => done(res))).on('error', fail).end(form);
});
const cookiesOf = (res) => res.headers['set-cookie'].map((line) => line.split(';')[0]);
async function signIn(sid) {
  const start = await call('/');
  const asked = new URL(start.headers.location).searchParams;
  idTokenClaims = { sub: 'ann', sid, nonce: asked.get('nonce') };
  const end = await call(`/callback?code=c&state=${asked.get('state')}`, cookiesOf(start).join('; '));
  return cookiesOf(end).find((cookie) => cookie.startsWith('mod_auth_openidc_session'));
}
async function signedIn(cookies) {
  const pages = await Promise.all(cookies.map((cookie) => call('/', cookie)));
  return pages.map(({ statusCode }) => statusCode === 200);
}
async function logOut(claims) {
  const token = signed('logout+jwt', { jti: randomUUID(), events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, ...claims });
  return (await call('/callback?logout=backchannel', '', String(new URLSearchParams({ logout_token: token })))).statusCode;
}
for (let tries = 50; tries > 0 && !(await call('/').catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
const cases = [
  ['sessions with sid, logout by sid', ['one', 'two'], { sub: 'ann', sid: 'one' }, [false, true]],
  ['sessions with sid, logout by sub', ['three', 'four'], { sub: 'ann' }, [true, true]],
  ['sessions without sid, logout by sub', [undefined, undefined], { sub: 'ann' }, [true, false]],
];
for (const [label, sids, claims, expected] of cases) {
  const cookies = [];
  for (const sid of sids) cookies.push(await signIn(sid));
  assert.deepEqual(await signedIn(cookies), [true, true]);
  const answer = await logOut(claims);
  const stillSignedIn = await signedIn(cookies);
  console.log(label, { answer, stillSignedIn });
  assert.deepEqual([answer, stillSignedIn], [200, expected]);
}
process.exit();
JS
timeout 60 node run.mjs
