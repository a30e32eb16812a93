#!/usr/bin/env bash
# Guess:    an Ed25519 key exported as a JWK is good for tokens headed "alg": "EdDSA", the name all JOSE libraries sign with.
# Happens:  Node's WebCrypto writes "alg": "Ed25519" (RFC 9864) into the JWK it exports. Publish that JWK as it is and verifiers
#           refuse each EdDSA token of that very key before they look at the signature: jose finds no matching key,
#           aws-jwt-verify calls the algorithm not allowed. With "alg" left out or "EdDSA" both accept the token.
#           The KeyObject export of the same key has no "alg" at all, so which of Node's two APIs wrote the set decides.
# Versions: Node.js 20.20.2; jose 6.2.18, aws-jwt-verify 5.2.1. Run on 2026-11-29.
# Matters:  an issuer that moves from node:crypto to WebCrypto loses all its API clients though key, kid and tokens stay the
#           same, and the message sends people to look for a missing key.
# Source:   RFC 9864; the WebCrypto text on exporting Ed25519 as JWK; panva/jose src/jwks/local.ts; Node.js lib/internal/crypto.
set -euo pipefail
pins='jose@6.2.18 aws-jwt-verify@5.2.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createPublicKey } from 'node:crypto';
import { SignJWT, createLocalJWKSet, jwtVerify } from 'jose';
import { JwtVerifier } from 'aws-jwt-verify';
assert.equal(process.version, 'v20.20.2', 'the Node.js version described');
const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
const exported = await crypto.subtle.exportKey('jwk', publicKey);
const byKeyObject = createPublicKey({ key: exported, format: 'jwk' }).export({ format: 'jwk' });
console.log('WebCrypto says alg =', exported.alg, '| KeyObject says alg =', byKeyObject.alg);
assert.equal(exported.alg, 'Ed25519');
assert.equal(byKeyObject.alg, undefined);
const issuer = 'https://issuer.example';
const token = await new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid: 'k1' }).setIssuer(issuer)
  .setAudience('api').setExpirationTime('5m').sign(privateKey);
const outcome = (work) => Promise.resolve().then(work).then(() => 'accepted', (e) => e.code ?? e.message);
const expected = {
  Ed25519: ['ERR_JWKS_NO_MATCHING_KEY', 'JWT signature algorithm not allowed: EdDSA. Expected: Ed25519'],
  EdDSA: ['accepted', 'accepted'],
  undefined: ['accepted', 'accepted'],
};
for (const alg of ['Ed25519', 'EdDSA', undefined]) {
  const set = JSON.stringify({ keys: [{ ...exported, alg, kid: 'k1' }] });
  const seen = [
    await outcome(() => jwtVerify(token, createLocalJWKSet(JSON.parse(set)), { issuer, audience: 'api' })),
    await outcome(() => {
      const verifier = JwtVerifier.create({ issuer, audience: 'api', jwksUri: 'https://issuer.example/jwks' });
      verifier.cacheJwks(JSON.parse(set));
      return verifier.verify(token);
    }),
  ];
  console.log(`JWK alg ${alg}: jose: ${seen[0]} | aws-jwt-verify: ${seen[1]}`);
  assert.deepEqual(seen, expected[String(alg)]);
}
JS
timeout 60 node run.mjs
