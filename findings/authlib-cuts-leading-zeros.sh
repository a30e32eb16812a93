#!/usr/bin/env bash
# Guess:    a library that writes an EC key as a JWK writes coordinates of full length, as RFC 7518 6.2.1.2 says they MUST be.
# Happens:  Authlib cuts leading zero bytes, so about one P-256 key in 128 has an "x" or "y" of 31 bytes. PyJWT, ruby-jwt, json-jwt,
#           Crypt::JWT and node-jose then refuse the key; Authlib itself, jwcrypto, jose and jwks-rsa read it. The thumbprint that
#           Authlib sets as kid is made from the short form and is not the key's thumbprint elsewhere (RFC 7638).
# Versions: Debian python3-authlib 1.2.0-1+deb12u2, python3-jwt 2.6.0-1, python3-jwcrypto 1.1.0-1+deb12u1, ruby-jwt 2.5.0-1+deb12u1,
#           ruby-json-jwt 1.14.0-2, libcrypt-jwt-perl 0.034-1; node-jose 2.2.0, jose 6.2.18, jwks-rsa 4.1.0 on Node.js 20.20.2.
#           Run on 2026-11-29.
# Matters:  the issuer has rotated its keys a hundred times, and one day every API in Ruby and half of those in Python refuse all
#           tokens. A new key mends it, and nobody can make it happen again.
# Source:   RFC 7518 section 6.2.1.2; lepture/authlib authlib/jose/rfc7518/ec_key.py and authlib/common/encoding.py (int_to_base64).
set -euo pipefail
for p in python3-authlib=1.2.0-1+deb12u2 python3-jwt=2.6.0-1 python3-jwcrypto=1.1.0-1+deb12u1 ruby-jwt=2.5.0-1+deb12u1 ruby-json-jwt=1.14.0-2 libcrypt-jwt-perl=0.034-1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='node-jose@2.2.0 jose@6.2.18 jwks-rsa@4.1.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > issue.py <<'PY'
import json
from authlib.common.encoding import urlsafe_b64decode
from authlib.jose import JsonWebKey, jwt
made = 0
while True:
    made += 1
    key = JsonWebKey.generate_key('EC', 'P-256', is_private=True)
    published = key.as_dict(is_private=False)
    if len(urlsafe_b64decode(published['x'].encode())) < 32:
        break
token = jwt.encode({'alg': 'ES256', 'kid': published['kid']}, {'sub': 'a'}, key).decode()
print(json.dumps({'made': made, 'key': published, 'token': token}))
PY
cat > read.py <<'PY'
import json
import jwt
from authlib.jose import JsonWebKey, jwt as authlib_jwt
from jwcrypto import jwk as jwcrypto_jwk, jwt as jwcrypto_jwt
made = json.load(open('made.json'))
key, token = made['key'], made['token']
readers = {
    'PyJWT': lambda: jwt.decode(token, jwt.PyJWK(key).key, ['ES256']),
    'Authlib': lambda: authlib_jwt.decode(token, JsonWebKey.import_key(key)),
    'jwcrypto': lambda: jwcrypto_jwt.JWT(jwt=token, key=jwcrypto_jwk.JWK(**key)),
}
seen = {}
for name, read in readers.items():
    try:
        read()
        seen[name] = 'ok'
    except Exception as error:
        seen[name] = type(error).__name__
print(json.dumps(seen))
PY
cat > read.rb <<'RB'
require 'json'
require 'jwt'
require 'json/jwt'
made = JSON.parse(File.read('made.json'))
key, token = made.values_at('key', 'token')
readers = {
  'ruby-jwt' => -> { JWT.decode(token, nil, true, algorithms: ['ES256'], jwks: { keys: [key] }) },
  'json-jwt' => -> { JSON::JWT.decode(token, JSON::JWK.new(key)) },
}
puts(readers.transform_values { |read| begin; read.call; 'ok'; rescue StandardError => error; error.class.name; end }.to_json)
RB
cat > read.pl <<'PL'
use Crypt::JWT qw(decode_jwt);
use JSON::PP qw(decode_json);
open my $file, '<', 'made.json';
my $made = decode_json(<$file>);
print eval { decode_jwt(token => $made->{token}, key => $made->{key}); 1 } ? 'ok' : $@ =~ /invalid length/ ? 'invalid length' : $@;
PL
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { calculateJwkThumbprint, importJWK, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
import nodeJose from 'node-jose';
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', timeout: 50000, stdio: ['ignore', 'pipe', 'ignore'] });
const text = run('/usr/bin/python3', 'issue.py');
writeFileSync('made.json', text);
const { made, key, token } = JSON.parse(text);
const bytes = (coordinate) => Buffer.from(coordinate, 'base64url');
console.log(`key number ${made} has an "x" of ${bytes(key.x).length} bytes`);
const server = createServer((_, res) => res.end(JSON.stringify({ keys: [{ ...key, use: 'sig', alg: 'ES256' }] }))).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const jwksUri = `http://127.0.0.1:${server.address().port}/jwks`;
const outcome = (work) => Promise.resolve().then(work).then(() => 'ok', (error) => error.message);
const seen = {
  ...JSON.parse(run('/usr/bin/python3', 'read.py')),
  ...JSON.parse(run('ruby', 'read.rb')),
  'Crypt::JWT': run('perl', 'read.pl'),
  'node-jose': await outcome(async () => nodeJose.JWS.createVerify(await nodeJose.JWK.asKey(key)).verify(token)),
  jose: await outcome(async () => jwtVerify(token, await importJWK(key, 'ES256'))),
  'jwks-rsa': await outcome(async () => jwtVerify(token, createPublicKey((await jwksRsa({ jwksUri, timeout: 5000 }).getSigningKey(key.kid)).getPublicKey()))),
};
const padded = (coordinate) => Buffer.concat([Buffer.alloc(32), bytes(coordinate)]).subarray(-32).toString('base64url');
seen['kid is the thumbprint'] = key.kid === await calculateJwkThumbprint({ ...key, x: padded(key.x), y: padded(key.y) });
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen, {
  PyJWT: 'InvalidKeyError', Authlib: 'ok', jwcrypto: 'ok', 'ruby-jwt': 'OpenSSL::PKey::EC::Point::Error', 'json-jwt': 'OpenSSL::PKey::EC::Point::Error',
  'Crypt::JWT': 'invalid length', 'node-jose': 'no key found', jose: 'ok', 'jwks-rsa': 'ok', 'kid is the thumbprint': false,
});
JS
timeout 60 node run.mjs
