#!/usr/bin/env bash
# Guess:    "openssl genpkey -algorithm RSA-PSS" makes the right key for PS256, which is RSA-PSS, and at worst a key without restrictions works
#           where a restricted one doesn't.
# Happens:  seven of eleven tools refuse that key for that algorithm, because its type is id-RSASSA-PSS and not rsaEncryption: jose, Node's own
#           JWK export, fast-jwt, python-jose, Crypt::JWT and Go's x509 can't read it, ruby-jwt raises NoMethodError. jsonwebtoken takes it
#           if it is restricted to SHA-256 and refuses the unrestricted one. PyJWT, Authlib and jwcrypto take both. Written as a
#           JWK, which knows "RSA" alone, the same key works in jose, jsonwebtoken and Crypt::JWT.
# Versions: jose 6.2.18, jsonwebtoken 9.0.3, fast-jwt 6.3.6 on Node.js 20.20.2; Debian openssl 3.0, python3-jwt 2.6.0-1, python3-authlib
#           1.2.0-1+deb12u2, python3-jwcrypto 1.1.0-1+deb12u1, python3-jose 3.3.0+dfsg-4, ruby-jwt 2.5.0-1+deb12u1, libcrypt-jwt-perl 0.034-1,
#           golang-go 2:1.19~1. Run on 2026-11-29.
# Matters:  authorities issue certificates of this type to those who ask for PSS. The token, the algorithm and the signature are right; the
#           messages speak of "key type", "algorithm" or "parameters", and the remedy is another spelling of the same numbers.
# Source:   RFC 8017 appendix A.2.3, RFC 7518 sections 3.5 and 6.3; auth0/node-jsonwebtoken lib/validateAsymmetricKey.js; nearform/fast-jwt
#           src/crypto.js; jwt/ruby-jwt lib/jwt/algos/ps.rb; Go's crypto/x509 (getPublicKeyAlgorithmFromOID).
set -euo pipefail
for p in python3-jwt=2.6.0-1 python3-authlib=1.2.0-1+deb12u2 python3-jwcrypto=1.1.0-1+deb12u1 python3-jose=3.3.0+dfsg-4 ruby-jwt=2.5.0-1+deb12u1 libcrypt-jwt-perl=0.034-1 golang-go=2:1.19~1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='jose@6.2.18 jsonwebtoken@9.0.3 fast-jwt@6.3.6'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
openssl genpkey -algorithm RSA-PSS -out unrestricted.pem 2> /dev/null
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 -out restricted.pem 2> /dev/null
cat > read.py <<'PY'
import json
import sys
import jwt
from authlib.jose import jwt as authlib_jwt
from jose import jwt as python_jose
from jwcrypto import jwk, jwt as jwcrypto_jwt
token, pem = sys.argv[1:]
key = jwk.JWK.from_pem(pem.encode())
readers = {
    'PyJWT': lambda: jwt.decode(token, pem, ['PS256']),
    'Authlib': lambda: authlib_jwt.decode(token, pem),
    'jwcrypto': lambda: jwcrypto_jwt.JWT(jwt=token, key=key, algs=['PS256']),
    'python-jose': lambda: python_jose.decode(token, pem, ['PS256']),
}
seen = {}
for name, read in readers.items():
    try:
        read()
        seen[name] = 'ok'
    except Exception as error:
        seen[name] = type(error).__name__
print(json.dumps({'seen': seen, 'jwk': key.export_public(as_dict=True)}))
PY
cat > read.rb <<'RB'
require 'json'
require 'jwt'
token, pem = ARGV
seen = begin
  JWT.decode(token, OpenSSL::PKey.read(pem), true, algorithm: 'PS256')
  'ok'
rescue StandardError => e
  e.class.name
end
puts JSON.generate({ 'ruby-jwt' => seen })
RB
cat > read.pl <<'PL'
use strict;
use warnings;
use Crypt::JWT qw(decode_jwt);
use JSON::PP;
my ($token, $pem, $jwk) = @ARGV;
my $read = sub { my $key = shift; eval { decode_jwt(token => $token, key => $key, accepted_alg => 'PS256'); 1 } ? 'ok' : 'failed' };
print encode_json({ 'Crypt::JWT' => $read->(\$pem), 'Crypt::JWT, JWK' => $read->(decode_json($jwk)) });
PL
cat > read.go <<'GO'
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func main() {
	block, _ := pem.Decode([]byte(os.Args[1]))
	_, err := x509.ParsePKIXPublicKey(block.Bytes)
	fmt.Println(err)
}
GO
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { constants, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createVerifier } from 'fast-jwt';
import { importJWK, importSPKI, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
const env = { ...process.env, GO111MODULE: 'off', GOCACHE: `${process.cwd()}/cache`, GOFLAGS: '' };
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', env, timeout: 60000, stdio: ['ignore', 'pipe', 'inherit'] });
run('go', 'build', '-o', 'read', 'read.go');
const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
const outcome = (read) => Promise.resolve().then(read).then(() => 'ok', () => 'failed');
const messages = {};
async function readAll(kind) {
  const privatePem = readFileSync(`${kind}.pem`, 'utf8');
  const key = createPublicKey(privatePem);
  const pem = key.export({ format: 'pem', type: 'spki' });
  const text = `${encode({ alg: 'PS256', typ: 'JWT' })}.${encode({ sub: 'ann', exp: Math.floor(Date.now() / 1000) + 300 })}`;
  const signature = sign('sha256', text, { key: privatePem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  const token = `${text}.${signature.toString('base64url')}`;
  const { seen: python, jwk } = JSON.parse(run('/usr/bin/python3', 'read.py', token, pem));
  messages.go = run('./read', pem).trim();
  return {
    'jose, importSPKI': await outcome(() => importSPKI(pem, 'PS256')),
    'jose, KeyObject': await outcome(() => jwtVerify(token, key)),
    'jose, JWK': await outcome(async () => jwtVerify(token, await importJWK(jwk, 'PS256'))),
    'Node.js, export as JWK': await outcome(() => key.export({ format: 'jwk' })),
    'fast-jwt': await outcome(() => createVerifier({ key: pem })(token)),
    jsonwebtoken: await outcome(() => jwt.verify(token, pem, { algorithms: ['PS256'] })),
    'jsonwebtoken, JWK': await outcome(() => jwt.verify(token, createPublicKey({ key: jwk, format: 'jwk' }), { algorithms: ['PS256'] })),
    ...python,
    ...JSON.parse(run('ruby', 'read.rb', token, pem)),
    ...JSON.parse(run('perl', 'read.pl', token, pem, JSON.stringify(jwk))),
    "Go's x509": messages.go === '<nil>' ? 'ok' : 'failed',
  };
}
const expected = (jsonwebtoken) => ({
  'jose, importSPKI': 'failed', 'jose, KeyObject': 'failed', 'jose, JWK': 'ok', 'Node.js, export as JWK': 'failed', 'fast-jwt': 'failed', jsonwebtoken, 'jsonwebtoken, JWK': 'ok',
  PyJWT: 'ok', Authlib: 'ok', jwcrypto: 'ok', 'python-jose': 'JWKError', 'ruby-jwt': 'NoMethodError', 'Crypt::JWT': 'failed', 'Crypt::JWT, JWK': 'ok', "Go's x509": 'failed',
});
for (const [kind, jsonwebtoken] of [['unrestricted', 'failed'], ['restricted', 'ok']]) {
  const seen = await readAll(kind);
  console.log(kind, seen);
  assert.deepEqual(seen, expected(jsonwebtoken));
}
JS
timeout 200 node run.mjs
