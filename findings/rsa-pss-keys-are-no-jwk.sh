#!/usr/bin/env bash
# Guess:    for PS256 the fitting key type is RSA-PSS (openssl genpkey -algorithm RSA-PSS): it can do nothing else.
# Happens:  Node refuses to export such a key as JWK, so it can't be published in a key set; jose refuses to export it, to import it
#           and to sign with it. jsonwebtoken signs PS256 with it, but only if the key's own parameters name SHA-256; an
#           unrestricted key, the more general one, it refuses. A plain RSA key does PS256 everywhere.
# Versions: jose 6.2.18, jsonwebtoken 9.0.3 on Node.js 20.20.2. Run on 2026-11-29.
# Matters:  keys come out of HSMs and key ceremonies as id-RSASSA-PSS because the policy says "PSS only"; the mistake
#           shows after the ceremony. JWK knows only kty "RSA", which says nothing of the padding ("alg" does).
# Source:   RFC 7518 section 6.3; RFC 4055; Node.js KeyObject.export; auth0/node-jsonwebtoken lib/validateAsymmetricKey.js.
set -euo pipefail
pins='jose@6.2.18 jsonwebtoken@9.0.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, exportJWK, importPKCS8 } from 'jose';
import jwt from 'jsonwebtoken';
assert.equal(process.version, 'v20.20.2', 'the Node.js version described');
const bound = { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 };
const pairs = {
  'rsa-pss, unrestricted': generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
  'rsa-pss, SHA-256': generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...bound }),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const outcome = (work) => Promise.resolve().then(work).then(() => 'works', () => 'refuses');
const seen = {};
for (const [name, { privateKey, publicKey }] of Object.entries(pairs)) {
  seen[name] = [
    await outcome(() => publicKey.export({ format: 'jwk' })),
    await outcome(() => exportJWK(publicKey)),
    await outcome(() => importPKCS8(privateKey.export({ format: 'pem', type: 'pkcs8' }), 'PS256')),
    await outcome(() => new SignJWT({}).setProtectedHeader({ alg: 'PS256' }).sign(privateKey)),
    await outcome(() => jwt.verify(jwt.sign({}, privateKey, { algorithm: 'PS256' }), publicKey, { algorithms: ['PS256'] })),
  ];
}
console.log('[Node export, jose exportJWK, jose importPKCS8, jose sign, jsonwebtoken]', seen);
const [y, n] = ['works', 'refuses'];
assert.deepEqual(seen, { 'rsa-pss, unrestricted': [n, n, n, n, n], 'rsa-pss, SHA-256': [n, n, n, n, y], rsa: [y, y, y, y, y] });
JS
timeout 60 node run.mjs
