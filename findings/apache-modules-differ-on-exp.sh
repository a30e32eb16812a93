#!/usr/bin/env bash
# Guess:    mod_oauth2 and mod_auth_openidc, by one author, treat one token alike: the first is named as the way on for resource servers.
# Happens:  not where exp is a fraction, which RFC 7519 allows, or absent. In a JWT mod_oauth2 reads the fraction as 0 and refuses a fresh
#           token, "expired 1795993350 seconds ago"; mod_auth_openidc takes it. In an introspection answer both forms, and no exp,
#           make mod_auth_openidc ask at each request, while mod_oauth2 goes on for a time with what it has, so a token withdrawn
#           meanwhile still passes.
# Versions: Debian libapache2-mod-oauth2 3.3.1-1 with liboauth2-0 1.4.5.4-1, libapache2-mod-auth-openidc 2.4.12.3-2+deb12u5, apache2-bin
#           2.4.71-1~deb12u1; Node.js 20.20.2 as issuer and API. Run on 2026-11-29.
# Matters:  the move from one module to the other changes who is let in and when a withdrawal counts, with the same issuer, and for issuers
#           that write whole numbers nothing shows. The log line points at the clocks.
# Source:   OpenIDC/liboauth2 src/jose.c (_oauth2_jose_jwt_validate_exp) and src/oauth2.c (_oauth2_introspect_verify); OpenIDC/mod_auth_openidc
#           src/oauth.c (oidc_oauth_resolve_access_token) and README; RFC 7519 section 2, RFC 7662 section 2.2.
set -euo pipefail
for p in libapache2-mod-oauth2=3.3.1-1 liboauth2-0=1.4.5.4-1 libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 apache2-bin=2.4.71-1~deb12u1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; chmod 755 .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=issuer.example -days 2 2> /dev/null
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
const dir = process.cwd();
const listen = async (server) => {
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return server.address().port;
};
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
let answer;
let asked = 0;
const issuerPort = await listen(createSecureServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, (req, res) => {
  if (req.url === '/introspect') asked += 1;
  const body = req.url === '/introspect' ? answer : { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' }] };
  req.resume().on('end', () => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
}));
const issuer = `https://127.0.0.1:${issuerPort}`;
const apiPort = await listen(createServer((_, res) => res.end('ok')));
const probes = [createServer(), createServer()];
const [jwtPort, introspectionPort] = await Promise.all(probes.map(listen));
await Promise.all(probes.map((probe) => new Promise((done) => probe.close(done))));
const host = (port, oldLines, newLine) => `
Listen 127.0.0.1:${port}
<VirtualHost 127.0.0.1:${port}>
  OIDCCryptoPassphrase unused
  OIDCOAuthSSLValidateServer Off
  ${oldLines.join('\n  ')}
  <Location /mod_auth_openidc>
    AuthType oauth20
    Require valid-user
  </Location>
  <Location /mod_oauth2>
    AuthType oauth2
    OAuth2TokenVerify ${newLine}
    Require valid-user
  </Location>
  ProxyPass / http://127.0.0.1:${apiPort}/
</VirtualHost>`;
writeFileSync('apache.conf', `
ServerName localhost
PidFile ${dir}/apache.pid
ErrorLog ${dir}/apache.log
User www-data
Group www-data
Mutex sem
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', 'auth_openidc', 'oauth2'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
OIDCCryptoPassphrase unused
${host(jwtPort, [`OIDCOAuthVerifyJwksUri ${issuer}/jwks`], `jwks_uri ${issuer}/jwks jwks_uri.ssl_verify=false`)}
${host(
    introspectionPort, [`OIDCOAuthIntrospectionEndpoint ${issuer}/introspect`, 'OIDCOAuthClientID api', 'OIDCOAuthClientSecret secret'],
    `introspect ${issuer}/introspect introspect.ssl_verify=false&introspect.auth=client_secret_basic&client_id=api&client_secret=secret`,
  )}
`);
const apache = spawn('apache2', ['-DFOREGROUND', '-d', dir, '-f', `${dir}/apache.conf`], { stdio: 'ignore' });
process.on('exit', () => apache.kill());
process.on('SIGTERM', () => process.exit(1));
const ask = (port, path, token) => new Promise((done, fail) => {
  get({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token}` }, timeout: 5000 }, (res) => {
    const error = /error="(\w+)"/.exec(res.headers['www-authenticate'])?.[1];
    res.resume().on('end', () => done(error ? `${res.statusCode} ${error}` : String(res.statusCode)));
  }).on('error', fail);
});
for (let tries = 50; tries > 0 && !(await ask(jwtPort, '/', 'none').catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
const soon = Math.floor(Date.now() / 1000) + 600;
function signed(exp) {
  const text = `${encode({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${encode({ iss: 'https://issuer.example', sub: 'ann', exp })}`;
  return `${text}.${sign('sha256', text, privateKey).toString('base64url')}`;
}
const forms = { 'a whole number': soon, 'a fraction': soon + 0.5, absent: undefined };
const modules = ['mod_auth_openidc', 'mod_oauth2'];
const asJwt = {};
const introspected = {};
for (const [form, exp] of Object.entries(forms)) {
  asJwt[form] = {};
  introspected[form] = {};
  for (const module of modules) {
    asJwt[form][module] = await ask(jwtPort, `/${module}`, signed(exp));
    const token = `${module}-${form.replaceAll(' ', '-')}`;
    answer = { active: true, sub: 'ann', exp };
    asked = 0;
    const statuses = [await ask(introspectionPort, `/${module}`, token), await ask(introspectionPort, `/${module}`, token)];
    answer = { active: false };
    introspected[form][module] = `${[...statuses, await ask(introspectionPort, `/${module}`, token)].join(', ')}; asked ${asked}`;
  }
}
console.log('a JWT, by the form of exp', asJwt);
const line = readFileSync('apache.log', 'utf8').match(/"exp" validation failure.*/)?.[0];
console.log(line);
console.log('introspection: two calls, and one after the withdrawal', introspected);
const both = (old, successor = old) => ({ mod_auth_openidc: old, mod_oauth2: successor });
assert.deepEqual(asJwt, { 'a whole number': both('200'), 'a fraction': both('200', '401 invalid_token'), absent: both('200') });
assert.match(line, /\(0\): JWT expired \d{10} seconds ago/);
const kept = '200, 200, 200; asked 1';
const always = '200, 200, 401 invalid_token; asked 3';
assert.deepEqual(introspected, { 'a whole number': both(kept), 'a fraction': both(always, kept), absent: both(always, kept) });
process.exit();
JS
timeout 60 node run.mjs
