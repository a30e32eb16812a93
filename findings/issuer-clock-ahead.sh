#!/usr/bin/env bash
# Guess:    "iat" only says how old a token is (RFC 7519 4.1.6 has no rule for refusing it); an issuer whose clock is a little
#           ahead does no harm as long as the tokens have no "nbf".
# Happens:  PyJWT and golang-jwt refuse a token whose iat lies ahead (two minutes, here), and so does jose as soon as it is asked for
#           maxTokenAge. Authlib, python-jose, jwcrypto, Crypt::JWT, ruby-jwt, json-jwt, jsonwebtoken and fast-jwt (also with
#           maxAge) and jose without that option take it.
# Versions: Debian python3-jwt 2.6.0-1, python3-authlib 1.2.0-1+deb12u2, python3-jose 3.3.0+dfsg-4, python3-jwcrypto 1.1.0-1+deb12u1,
#           libcrypt-jwt-perl 0.034-1, ruby-jwt 2.5.0-1+deb12u1, ruby-json-jwt 1.14.0-2, golang-github-golang-jwt-jwt-dev 4.4.3-1 with
#           golang-1.19-go 1.19.8-2; jose 6.2.18, jsonwebtoken 9.0.3, fast-jwt 6.3.6 on Node.js 20.20.2. Run on 2026-11-29.
# Matters:  a fresh token fails and the same token passes a moment later, at some of the APIs only. Tolerance is zero unless set.
# Source:   RFC 7519 section 4.1.6; jpadilla/pyjwt jwt/api_jwt.py (_validate_iat); golang-jwt/jwt v4 claims.go (VerifyIssuedAt), removed
#           from validation in v5; panva/jose src/lib/jwt_claims_set.ts.
set -euo pipefail
for p in python3-jwt=2.6.0-1 python3-authlib=1.2.0-1+deb12u2 python3-jose=3.3.0+dfsg-4 python3-jwcrypto=1.1.0-1+deb12u1 libcrypt-jwt-perl=0.034-1 ruby-jwt=2.5.0-1+deb12u1 ruby-json-jwt=1.14.0-2 golang-github-golang-jwt-jwt-dev=4.4.3-1 golang-1.19-go=1.19.8-2; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='jose@6.2.18 jsonwebtoken@9.0.3 fast-jwt@6.3.6'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > read.py <<'PY'
import json
import jwt
from authlib.jose import jwt as authlib_jwt
from jose import jwt as python_jose
from jwcrypto import jwk as jwcrypto_jwk, jwt as jwcrypto_jwt
token, key = open('token').read(), open('key.pem').read()
readers = {
    'PyJWT': lambda: jwt.decode(token, key, ['RS256']),
    'Authlib': lambda: authlib_jwt.decode(token, key).validate(),
    'python-jose': lambda: python_jose.decode(token, key, ['RS256']),
    'jwcrypto': lambda: jwcrypto_jwt.JWT(jwt=token, key=jwcrypto_jwk.JWK.from_pem(key.encode())),
}
seen = {}
for name, read in readers.items():
    try:
        read()
        seen[name] = 'ok'
    except Exception as error:
        seen[name] = str(error)
print(json.dumps(seen))
PY
cat > read.rb <<'RB'
require 'json'
require 'jwt'
require 'json/jwt'
token, key = File.read('token'), OpenSSL::PKey::RSA.new(File.read('key.pem'))
readers = { 'ruby-jwt' => -> { JWT.decode(token, key, true, algorithm: 'RS256') }, 'json-jwt' => -> { JSON::JWT.decode(token, key) } }
puts(readers.transform_values { |read| begin; read.call; 'ok'; rescue StandardError => error; error.message; end }.to_json)
RB
cat > read.pl <<'PL'
use Crypt::JWT qw(decode_jwt);
my ($token, $key) = map { open my $file, '<', $_; local $/; <$file> } 'token', 'key.pem';
print eval { decode_jwt(token => $token, key => \$key); 1 } ? 'ok' : $@;
PL
cat > read.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/golang-jwt/jwt"
)

func main() {
	token, _ := os.ReadFile("token")
	pem, _ := os.ReadFile("key.pem")
	key, _ := jwt.ParseRSAPublicKeyFromPEM(pem)
	_, err := jwt.ParseWithClaims(string(token), &jwt.RegisteredClaims{}, func(*jwt.Token) (interface{}, error) { return key, nil })
	if err != nil {
		fmt.Print(err)
		return
	}
	fmt.Print("ok")
}
GO
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { SignJWT, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { createVerifier } from 'fast-jwt';
const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: `${process.cwd()}/cache`, GOFLAGS: '' };
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', timeout: 40000, stdio: ['ignore', 'pipe', 'ignore'], env });
run('go', 'build', '-o', 'read', 'read.go');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = publicKey.export({ type: 'spki', format: 'pem' });
writeFileSync('key.pem', key);
const outcome = (work) => Promise.resolve().then(work).then(() => 'ok', (error) => error.message);
const read = async (ahead) => {
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ sub: 'a', iat: now + ahead, exp: now + 300 }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  writeFileSync('token', token);
  return {
    jose: await outcome(() => jwtVerify(token, publicKey)),
    'jose, maxTokenAge': await outcome(() => jwtVerify(token, publicKey, { maxTokenAge: '5m' })),
    jsonwebtoken: await outcome(() => jsonwebtoken.verify(token, key)),
    'jsonwebtoken, maxAge': await outcome(() => jsonwebtoken.verify(token, key, { maxAge: '5m' })),
    'fast-jwt': await outcome(() => createVerifier({ key })(token)),
    'fast-jwt, maxAge': await outcome(() => createVerifier({ key, maxAge: 300000 })(token)),
    'Crypt::JWT': run('perl', 'read.pl'),
    ...JSON.parse(run('ruby', 'read.rb')),
    ...JSON.parse(run('/usr/bin/python3', 'read.py')),
    'golang-jwt': run('./read').replace(/ by .*/s, ''),
  };
};
const now = await read(0);
const ahead = await read(120);
console.log('iat two minutes ahead', ahead);
const ok = Object.fromEntries(Object.keys(now).map((name) => [name, 'ok']));
assert.deepEqual(now, ok);
assert.deepEqual(ahead, {
  ...ok,
  'jose, maxTokenAge': '"iat" claim timestamp check failed (it should be in the past)',
  PyJWT: 'The token is not yet valid (iat)',
  'golang-jwt': 'token used before issued',
});
JS
timeout 60 node run.mjs
