#!/usr/bin/env bash
# Guess:    kid and the token's algorithm find the key: RFC 7517 4.5 lets an RSA and an EC key have one kid, as equivalent alternatives.
# Happens:  only jose looks at the key type too. Eight other readers in four languages stop at the first key of that kid, and the tokens
#           of the second are refused. In PyJWT, Authlib, ruby-jwt and json-jwt that is not even their error for a bad token but
#           TypeError, KeyError, NoMethodError or an error of OpenSSL, which a handler for bad tokens lets through as 500.
# Versions: jose 6.2.18, jwks-rsa 4.1.0 with jsonwebtoken 9.0.3, aws-jwt-verify 5.2.1 on Node.js 20.20.2; Debian python3-jwt 2.6.0-1,
#           python3-authlib 1.2.0-1+deb12u2, python3-jose 3.3.0+dfsg-4, ruby-jwt 2.5.0-1+deb12u1, ruby-json-jwt 1.14.0-2, libcrypt-jwt-perl 0.034-1.
#           Run on 2026-11-29.
# Matters:  an issuer that names its keys by date ("2026-11") and adds ES256 gives both new keys one name. Its old clients go on
#           working, those that were moved to ES256 fail, and which of the two depends on the order in the set.
# Source:   RFC 7517 section 4.5; panva/jose src/jwks/local.ts; auth0/node-jwks-rsa src/JwksClient.js (getSigningKey); jpadilla/pyjwt
#           jwt/jwks_client.py; jwt/ruby-jwt lib/jwt/jwk/key_finder.rb; DCIT/perl-Crypt-JWT lib/Crypt/JWT.pm (_kid_lookup).
set -euo pipefail
for p in python3-jwt=2.6.0-1 python3-authlib=1.2.0-1+deb12u2 python3-jose=3.3.0+dfsg-4 ruby-jwt=2.5.0-1+deb12u1 ruby-json-jwt=1.14.0-2 libcrypt-jwt-perl=0.034-1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='jose@6.2.18 jwks-rsa@4.1.0 jsonwebtoken@9.0.3 aws-jwt-verify@5.2.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > read.py <<'PY'
import json
import sys
import jwt
from authlib.jose import JsonWebKey, jwt as authlib_jwt
from jose import jwt as python_jose
address, token, text = sys.argv[1:]
algorithms = ['RS256', 'ES256']
readers = {
    'PyJWT': lambda: jwt.decode(token, jwt.PyJWKClient(address).get_signing_key_from_jwt(token).key, algorithms),
    'Authlib': lambda: authlib_jwt.decode(token, JsonWebKey.import_key_set(json.loads(text))).validate(),
    'python-jose': lambda: python_jose.decode(token, json.loads(text), algorithms),
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
require 'json/jwt'
require 'jwt'
_, token, text = ARGV
readers = {
  'ruby-jwt' => -> { JWT.decode(token, nil, true, algorithms: %w[RS256 ES256], jwks: JSON.parse(text, symbolize_names: true)) },
  'json-jwt' => -> { JSON::JWT.decode(token, JSON::JWK::Set.new(JSON.parse(text))) },
}
seen = readers.transform_values do |read|
  read.call
  'ok'
rescue StandardError => e
  e.class.name
end
puts JSON.generate(seen)
RB
cat > read.pl <<'PL'
use strict;
use warnings;
use Crypt::JWT qw(decode_jwt);
use JSON::PP;
my (undef, $token, $text) = @ARGV;
my $read = eval { decode_jwt(token => $token, kid_keys => decode_json($text)); 1 };
print encode_json({ 'Crypt::JWT' => $read ? 'ok' : (split / at /, $@)[0] });
PL
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { JwtVerifier } from 'aws-jwt-verify';
import { SignJWT, createRemoteJWKSet, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
const pairs = { RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }), ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
const [rsaKey, ecKey] = Object.entries(pairs).map(([alg, { publicKey }]) => ({ ...publicKey.export({ format: 'jwk' }), kid: '2026-11', use: 'sig', alg }));
let text;
const server = createServer((_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end(text)).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const jwksUri = `http://127.0.0.1:${server.address().port}/jwks`;
const issuer = 'https://issuer.example';
const audience = 'api';
const outcome = (read) => Promise.resolve().then(read).then(() => 'ok', (error) => error.constructor.name);
const elsewhere = (command, file, token) => new Promise((done, fail) => {
  execFile(command, [file, jwksUri, token, text], { timeout: 20000 }, (error, out) => (error ? fail(error) : done(JSON.parse(out))));
});
async function readAll(alg, keys) {
  const signed = (claims) => new SignJWT(claims).setProtectedHeader({ alg, kid: '2026-11' }).setExpirationTime('5m').sign(pairs[alg].privateKey);
  const token = await signed({ iss: issuer, aud: audience });
  const bare = await signed({});
  return {
    jose: await outcome(() => jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)))),
    'jwks-rsa': await outcome(async () => jwt.verify(token, (await jwksRsa({ jwksUri, timeout: 5000 }).getSigningKey('2026-11')).getPublicKey())),
    'aws-jwt-verify': await outcome(() => {
      const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks` });
      verifier.cacheJwks({ keys });
      return verifier.verify(token);
    }),
    ...await elsewhere('/usr/bin/python3', 'read.py', bare),
    ...await elsewhere('ruby', 'read.rb', bare),
    ...await elsewhere('perl', 'read.pl', bare),
  };
}
const names = ['jose', 'jwks-rsa', 'aws-jwt-verify', 'PyJWT', 'Authlib', 'python-jose', 'ruby-jwt', 'json-jwt', 'Crypt::JWT'];
const all = Object.fromEntries(names.map((name) => [name, 'ok']));
const refused = {
  jose: 'ok', 'jwks-rsa': 'JsonWebTokenError', 'aws-jwt-verify': 'JwtInvalidSignatureAlgorithmError', PyJWT: 'TypeError', Authlib: 'KeyError', 'python-jose': 'JWKError',
};
const expected = {
  'RSA, EC: RS256': all,
  'RSA, EC: ES256': { ...refused, 'ruby-jwt': 'NoMethodError', 'json-jwt': 'NoMethodError', 'Crypt::JWT': "JWT: key type 'RSA' cannot be used with alg 'ES256'" },
  'EC, RSA: RS256': { ...refused, 'ruby-jwt': 'JWT::VerificationError', 'json-jwt': 'OpenSSL::PKey::PKeyError', 'Crypt::JWT': "JWT: key type 'EC' cannot be used with alg 'RS256'" },
  'EC, RSA: ES256': all,
};
for (const [order, keys] of [['RSA, EC', [rsaKey, ecKey]], ['EC, RSA', [ecKey, rsaKey]]]) {
  text = JSON.stringify({ keys });
  for (const alg of Object.keys(pairs)) {
    const seen = await readAll(alg, keys);
    console.log(`${order}: ${alg}`, seen);
    assert.deepEqual(seen, expected[`${order}: ${alg}`]);
  }
}
server.close();
server.closeAllConnections();
JS
timeout 60 node run.mjs
