#!/usr/bin/env bash
# Guess:    a server that checks RS256 tokens by itself needs the issuer's public key under its kid, and takes what RFC 9068 and RFC 7519 allow.
# Happens:  Dovecot looks for the key under azp, alg and kid. A token with azp needs the issuer's one key filed once for each client, by
#           a name the issuer chose; a client_id claim changes nothing. "typ" must be "JWT" to the letter: at+jwt, jwt and
#           no typ at all are "Cannot find 'typ' field". A fraction in exp is "Malformed". The user reads "auth failed".
# Versions: Debian dovecot-core 2.3.19.1 (1:2.3.19.1+dfsg1-2.1+deb12u7). Run on 2026-11-29, with Node.js 20.20.2 as token maker.
# Matters:  the first client works, then a second one of the same issuer can't log in, with the same key, user and claims but for azp.
#           An issuer that moves to the access token profile of RFC 9068 locks everybody out of mail, and the log denies that there is a typ.
# Source:   dovecot/core src/lib-oauth2/oauth2-jwt.c (oauth2_jwt_header_process, oauth2_lookup_pubkey), the comments of
#           dovecot-oauth2.conf.ext; RFC 9068 section 2.1, RFC 7519 sections 2 and 5.1.
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' dovecot-core 2>/dev/null)" = '1:2.3.19.1+dfsg1-2.1+deb12u7' ] || { echo 'needs Debian dovecot-core=1:2.3.19.1+dfsg1-2.1+deb12u7'; exit 1; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; chmod 755 .
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const dir = process.cwd();
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
mkdirSync('keys/default/RS256', { recursive: true });
writeFileSync('keys/default/RS256/k', publicKey.export({ format: 'pem', type: 'spki' }));
writeFileSync('oauth2.conf', `
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${dir}/keys/
issuers = https://issuer.example
username_attribute = sub
`);
writeFileSync('dovecot.conf', `
base_dir = ${dir}/run
state_dir = ${dir}/run
log_path = ${dir}/dovecot.log
auth_verbose = yes
auth_failure_delay = 0
protocols =
ssl = no
passdb {
  driver = oauth2
  args = ${dir}/oauth2.conf
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/
}
`);
const server = spawn('dovecot', ['-F', '-c', `${dir}/dovecot.conf`], { stdio: 'ignore' });
process.on('SIGTERM', () => process.exit(1));
process.on('exit', () => server.kill());
const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
const now = Math.floor(Date.now() / 1000);
function signed(header, claims) {
  const text = `${encode({ alg: 'RS256', kid: 'k', typ: 'JWT', ...header })}.${encode({ iss: 'https://issuer.example', sub: 'ann', iat: now, exp: now + 600, ...claims })}`;
  return `${text}.${sign('sha256', text, privateKey).toString('base64url')}`;
}
let address = 1;
// Another remote address for each: Dovecot slows an address down after a refusal.
const logIn = (token) => new Promise((done) => {
  const named = ['-x', 'service=imap', '-x', `rip=127.0.0.${(address += 1)}`];
  execFile('doveadm', ['-c', `${dir}/dovecot.conf`, 'auth', 'test', ...named, 'ann', token], { timeout: 10000 }, (_, out) => done(/auth (\w+)/.exec(out)?.[1]));
});
const plain = signed({}, {});
for (let tries = 50; tries > 0 && (await logIn(plain)) !== 'succeeded'; tries -= 1) await new Promise((done) => setTimeout(done, 100));
const lines = () => readFileSync('dovecot.log', 'utf8').split('\n').length;
async function outcome(token) {
  const before = lines();
  const answer = await logIn(token);
  const reason = readFileSync('dovecot.log', 'utf8').split('\n').slice(before - 1).join('\n').match(/Local validation failed: (.*)/)?.[1];
  return reason ? `${answer}: ${reason}` : answer;
}
const noTyp = "failed: Cannot find 'typ' field";
const cases = [
  ['typ JWT', {}, {}, 'succeeded'],
  ['typ at+jwt', { typ: 'at+jwt' }, {}, noTyp],
  ['typ jwt', { typ: 'jwt' }, {}, noTyp],
  ['no typ', { typ: undefined }, {}, noTyp],
  ['client_id', {}, { client_id: 'mobile' }, 'succeeded'],
  ['azp', {}, { azp: 'mobile' }, "failed: RS256 key 'k' not found"],
  ['exp with a fraction', {}, { exp: now + 600.5 }, "failed: Malformed 'exp' field"],
];
for (const [label, header, claims, expected] of cases) {
  const seen = await outcome(signed(header, claims));
  console.log(label, '-', seen);
  assert.equal(seen, expected);
}
mkdirSync('keys/mobile/RS256', { recursive: true });
writeFileSync('keys/mobile/RS256/k', publicKey.export({ format: 'pem', type: 'spki' }));
const filed = await outcome(signed({}, { azp: 'mobile' }));
console.log('azp, with the same key filed once more -', filed);
assert.equal(filed, 'succeeded');
server.kill();
await new Promise((done) => server.once('exit', done));
JS
timeout 60 node run.mjs
