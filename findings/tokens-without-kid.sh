#!/usr/bin/env bash
# Guess:    "kid" is optional (RFC 7515 4.1.4): a token without it is verified with the one key of the set that fits its "alg".
# Happens:  four readers of key sets, four answers. jose picks by algorithm and key type. jwks-rsa takes a lone key, but refuses as
#           soon as the set has a second one, even one of another type that could not have made the signature. get-jwks refuses
#           unless the published key has no kid either. aws-jwt-verify never takes a token without kid.
# Versions: jose 6.2.18, jwks-rsa 4.1.0, get-jwks 11.0.3, aws-jwt-verify 5.2.1. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  an issuer with one RSA key that sets no kid works until it publishes an EC key beside it; then every client on
#           passport-jwt with jwks-rsa gets 401 while those on jose notice nothing.
# Source:   RFC 7515 4.1.4; the key lookup in each package (auth0/node-jwks-rsa src/JwksClient.js, nearform/get-jwks, awslabs/aws-jwt-verify src/jwk.ts).
set -euo pipefail
pins='jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3 aws-jwt-verify@5.2.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT, createRemoteJWKSet, jwtVerify } from 'jose';
import jwksRsa from 'jwks-rsa';
import buildGetJwks from 'get-jwks';
import { JwtVerifier } from 'aws-jwt-verify';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (pair, alg, kid) => ({ ...pair.publicKey.export({ format: 'jwk' }), alg, use: 'sig', ...(kid && { kid }) });
let set;
const server = createServer((_, res) => res.end(JSON.stringify(set))).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const jwksUri = `${issuer}/jwks`;
const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256' }).setIssuer(issuer).setAudience('api')
  .setExpirationTime('5m').sign(rsa.privateKey);
const outcome = (work) => Promise.resolve().then(work).then(() => 'ok', (e) => e.code ?? e.message);
const readers = {
  jose: () => jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)), { issuer, audience: 'api' }),
  'jwks-rsa': () => jwksRsa({ jwksUri, timeout: 5000 }).getSigningKey(undefined),
  'get-jwks': () => buildGetJwks({ jwksPath: '/jwks' }).getPublicKey({ domain: issuer, alg: 'RS256', kid: undefined }),
  'aws-jwt-verify': () => {
    const verifier = JwtVerifier.create({ issuer, audience: 'api', jwksUri });
    verifier.cacheJwks(structuredClone(set));
    return verifier.verify(token);
  },
};
const noKid = 'JWT header does not have valid kid claim';
const twoKeys = 'No KID specified and JWKS endpoint returned more than 1 key';
const cases = [
  ['one RSA key without kid', [jwk(rsa, 'RS256')], ['ok', 'ok', 'ok', noKid]],
  ['one RSA key with kid', [jwk(rsa, 'RS256', 'r')], ['ok', 'ok', 'JWK_NOT_FOUND', noKid]],
  ['an RSA key and an EC key', [jwk(rsa, 'RS256', 'r'), jwk(ec, 'ES256', 'e')], ['ok', twoKeys, 'JWK_NOT_FOUND', noKid]],
];
for (const [label, keys, expected] of cases) {
  set = { keys };
  const seen = [];
  for (const [name, read] of Object.entries(readers)) {
    seen.push(await outcome(read));
    console.log(`${label}: ${name}: ${seen.at(-1)}`);
  }
  assert.deepEqual(seen, expected);
}
server.close();
server.closeAllConnections();
JS
timeout 60 node run.mjs
