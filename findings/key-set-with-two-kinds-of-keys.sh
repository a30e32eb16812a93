#!/usr/bin/env bash
# Guess:    an issuer may add a key of another type to its set; readers skip what they don't know (RFC 7517 section 5) and go by kid.
# Happens:  three Python readers out of four don't. Authlib and jwcrypto refuse the whole set as soon as one key has a type they don't
#           know, such as an ML-DSA key (kty AKP, RFC 9964). python-jose does not look at kid: it tries the keys in their order and
#           gives up at the first of another type, so an EC key before the RSA key ends all RS256 tokens and one after it does
#           not. PyJWT, jose and jwks-rsa read each set.
# Versions: Debian python3-authlib 1.2.0-1+deb12u2, python3-jwcrypto 1.1.0-1+deb12u1, python3-jose 3.3.0+dfsg-4, python3-jwt 2.6.0-1;
#           jose 6.2.18, jwks-rsa 4.1.0 on Node.js 20.20.2. Run on 2026-11-29.
# Matters:  publishing a post-quantum or EC key beside the old one, weeks before first use, is the careful way to rotate; it stops these
#           services at once, for tokens that are signed as before. The order of a set, which means nothing, decides.
# Source:   RFC 7517 section 5; lepture/authlib authlib/jose/rfc7517; latchset/jwcrypto jwcrypto/jwk.py; mpdavis/python-jose jose/jws.py (_sig_matches_keys).
set -euo pipefail
pins='jose@6.2.18 jwks-rsa@4.1.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile, execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT, createRemoteJWKSet, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
const packages = { authlib: '1.2.0-1+deb12u2', jwcrypto: '1.1.0-1+deb12u1', jose: '3.3.0+dfsg-4', jwt: '2.6.0-1' };
for (const [name, version] of Object.entries(packages)) {
  assert.equal(execFileSync('dpkg-query', ['-W', '-f', '${Version}', `python3-${name}`], { encoding: 'utf8' }), version, `Debian python3-${name}`);
}
const python = `
import json, sys, jwt
from authlib.jose import JsonWebKey, jwt as authlib_jwt
from jwcrypto import jwk as jwcrypto_jwk, jwt as jwcrypto_jwt
from jose import jwt as python_jose
address, token, text = sys.argv[1:]
readers = {
  'PyJWT': lambda: jwt.decode(token, jwt.PyJWKClient(address).get_signing_key_from_jwt(token).key, ['RS256']),
  'Authlib': lambda: authlib_jwt.decode(token, JsonWebKey.import_key_set(json.loads(text))).validate(),
  'jwcrypto': lambda: jwcrypto_jwt.JWT(jwt=token, key=jwcrypto_jwk.JWKSet.from_json(text)),
  'python-jose': lambda: python_jose.decode(token, json.loads(text), ['RS256']),
}
seen = {}
for name, read in readers.items():
  try: read(); seen[name] = 'ok'
  except Exception as error: seen[name] = type(error).__name__
print(json.dumps(seen))`;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaKey = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r', use: 'sig', alg: 'RS256' };
const ecKey = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }), kid: 'e', use: 'sig', alg: 'ES256' };
const mlDsaKey = { kty: 'AKP', alg: 'ML-DSA-44', kid: 'p', use: 'sig', pub: Buffer.alloc(1312, 7).toString('base64url') };
const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'r' }).setExpirationTime('5m').sign(rsa.privateKey);
let text;
const server = createServer((_, res) => res.end(text)).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const jwksUri = `http://127.0.0.1:${server.address().port}/jwks`;
const outcome = (work) => Promise.resolve().then(work).then(() => 'ok', (error) => error.name);
const ok = { jose: 'ok', 'jwks-rsa': 'ok', PyJWT: 'ok', Authlib: 'ok', jwcrypto: 'ok', 'python-jose': 'ok' };
const cases = [
  ['RSA', [rsaKey], ok],
  ['RSA, then EC', [rsaKey, ecKey], ok],
  ['EC, then RSA', [ecKey, rsaKey], { ...ok, 'python-jose': 'JWKError' }],
  ['RSA, then ML-DSA', [rsaKey, mlDsaKey], { ...ok, Authlib: 'KeyError', jwcrypto: 'InvalidJWKType' }],
];
for (const [label, keys, expected] of cases) {
  text = JSON.stringify({ keys });
  const seen = {
    jose: await outcome(() => jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)))),
    'jwks-rsa': await outcome(() => jwksRsa({ jwksUri, timeout: 5000 }).getSigningKey('r')),
    ...JSON.parse(await new Promise((done, fail) => {
      execFile('/usr/bin/python3', ['-c', python, jwksUri, token, text], { timeout: 20000 }, (error, out) => (error ? fail(error) : done(out)));
    })),
  };
  console.log(label, seen);
  assert.deepEqual(seen, expected);
}
server.close();
server.closeAllConnections();
JS
timeout 60 node run.mjs
