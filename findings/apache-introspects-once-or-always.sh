#!/usr/bin/env bash
# Guess:    Apache with mod_auth_openidc as a resource server asks the introspection endpoint about each request, or keeps an answer
#           for a time of its own, whoever the issuer is.
# Happens:  the form of "exp" in the answer decides. A whole number: asked once in the token's life. No exp (it is optional, RFC 7662 2.2),
#           a fraction, or digits as a string: asked at each request. An endpoint that answers 503, or 401 because Apache's
#           own secret is wrong, is invalid_token for the caller.
# Versions: Debian libapache2-mod-auth-openidc 2.4.12.3-2+deb12u5, apache2-bin 2.4.71-1~deb12u1; Node.js 20.20.2 as issuer and API.
#           Run on 2026-11-29.
# Matters:  who chose introspection so that a withdrawn token stops at once gets that from one issuer and not from the next, by a member
#           that looks like mere information; and an issuer that starts to send exp, or stops, changes load or safety without a trace.
# Source:   OpenIDC/mod_auth_openidc src/oauth.c (oidc_oauth_resolve_access_token), auth_openidc.conf
#           (OIDCOAuthTokenIntrospectionInterval); RFC 7662 sections 2.2 and 4.
set -euo pipefail
for p in libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 apache2-bin=2.4.71-1~deb12u1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; chmod 755 .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=issuer.example -days 2 2> /dev/null
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
const dir = process.cwd();
const listen = async (server) => {
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return server.address().port;
};
let answer;
let asked;
const issuerPort = await listen(createSecureServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, (req, res) => {
  asked += 1;
  req.resume().on('end', () => res.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body)));
}));
const apiPort = await listen(createServer((_, res) => res.end('ok')));
const probe = createServer();
const port = await listen(probe);
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
OIDCOAuthIntrospectionEndpoint https://127.0.0.1:${issuerPort}/introspect
OIDCOAuthSSLValidateServer Off
OIDCOAuthClientID api
OIDCOAuthClientSecret secret
<Location />
  AuthType oauth20
  Require valid-user
</Location>
ProxyPass / http://127.0.0.1:${apiPort}/
`);
const apache = spawn('apache2', ['-DFOREGROUND', '-d', dir, '-f', `${dir}/apache.conf`], { stdio: 'ignore' });
process.on('exit', () => apache.kill());
process.on('SIGTERM', () => process.exit(1));
const ask = (token) => new Promise((done, fail) => {
  get({ host: '127.0.0.1', port, headers: { authorization: `Bearer ${token}` }, timeout: 5000 }, (res) => {
    const error = /error="(\w+)"/.exec(res.headers['www-authenticate'])?.[1];
    res.resume().on('end', () => done(error ? `${res.statusCode} ${error}` : res.statusCode));
  }).on('error', fail);
});
const active = (exp) => ({ status: 200, body: { active: true, sub: 'a', exp } });
const soon = Math.floor(Date.now() / 1000) + 600;
const answers = {
  'exp a number': active(soon), 'no exp': active(), 'exp with a fraction': active(soon + 0.5), 'exp as a string': active(String(soon)),
  503: { status: 503, body: {} }, 401: { status: 401, body: { error: 'invalid_client' } },
};
answer = answers[503];
for (let tries = 50; tries > 0 && !(await ask('none').catch(() => undefined)); tries -= 1) await new Promise((done) => setTimeout(done, 100));
const seen = {};
for (const [label, given] of Object.entries(answers)) {
  answer = given;
  asked = 0;
  const statuses = [];
  for (let call = 0; call < 3; call += 1) statuses.push(await ask(`token-${Object.keys(seen).length}`));
  seen[label] = { asked, statuses: statuses.join(', ') };
}
console.log('three calls each', seen);
const always = { asked: 3, statuses: '200, 200, 200' };
const blamed = { asked: 3, statuses: Array(3).fill('401 invalid_token').join(', ') };
assert.deepEqual(seen, {
  'exp a number': { asked: 1, statuses: '200, 200, 200' }, 'no exp': always, 'exp with a fraction': always, 'exp as a string': always, 503: blamed, 401: blamed,
});
process.exit();
JS
timeout 60 node run.mjs
