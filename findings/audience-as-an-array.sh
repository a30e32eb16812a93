#!/usr/bin/env bash
# Guess:    "aud": "api" and "aud": ["api"] are the same to a verifier (RFC 7519 4.1.3), and one match among several is enough.
# Happens:  google-auth-library refuses every array, even with the wanted audience as its one entry; giving it a list of audiences to
#           accept does not help. jsrsasign takes the array of one but refuses when the token names a further audience, unless
#           the reader lists that as well. jose, jsonwebtoken, fast-jwt and aws-jwt-verify take all three forms.
# Versions: google-auth-library 10.9.1, jsrsasign 11.1.5, jose 6.2.18, jsonwebtoken 9.0.3, fast-jwt 6.3.6, aws-jwt-verify 5.2.1.
#           Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  verifySignedJwtWithCertsAsync is used for other issuers too (identity-aware proxies, service tokens). An issuer that
#           registers a second API for a client changes the form of "aud" and breaks these readers of the first.
# Source:   googleapis/google-auth-library-nodejs src/auth/oauth2client.ts (verifySignedJwtWithCertsAsync); kjur/jsrsasign KJUR.jws.JWS.verifyJWT; RFC 7519 section 4.1.3.
set -euo pipefail
pins='google-auth-library@10.9.1 jsrsasign@11.1.5 jose@6.2.18 jsonwebtoken@9.0.3 fast-jwt@6.3.6 aws-jwt-verify@5.2.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createVerifier } from 'fast-jwt';
import { OAuth2Client } from 'google-auth-library';
import { jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import jsrsasign from 'jsrsasign';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ format: 'pem', type: 'spki' });
const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }];
const issuer = 'https://issuer.example';
const readers = {
  'google-auth-library': (token) => new OAuth2Client().verifySignedJwtWithCertsAsync(token, { k: pem }, 'api', [issuer]),
  'google-auth-library, list': (token) => new OAuth2Client().verifySignedJwtWithCertsAsync(token, { k: pem }, ['api', 'other'], [issuer]),
  jsrsasign: (token) => assert.ok(jsrsasign.KJUR.jws.JWS.verifyJWT(token, jsrsasign.KEYUTIL.getKey(pem), { alg: ['RS256'], aud: ['api'] })),
  jose: (token) => jwtVerify(token, publicKey, { audience: 'api' }),
  jsonwebtoken: (token) => jwt.verify(token, pem, { audience: 'api' }),
  'fast-jwt': (token) => createVerifier({ key: pem, allowedAud: 'api' })(token),
  'aws-jwt-verify': (token) => {
    const verifier = JwtVerifier.create({ issuer, audience: 'api', jwksUri: `${issuer}/jwks` });
    verifier.cacheJwks({ keys });
    return verifier.verify(token);
  },
};
const expected = { '"api"': [], '["api"]': ['google-auth-library', 'google-auth-library, list'], '["api","other"]': ['google-auth-library', 'google-auth-library, list', 'jsrsasign'] };
for (const audience of ['api', ['api'], ['api', 'other']]) {
  const token = jwt.sign({ iss: issuer, sub: 'ann', aud: audience }, privateKey, { algorithm: 'RS256', keyid: 'k', expiresIn: 300 });
  const refusing = [];
  for (const [name, read] of Object.entries(readers)) {
    await Promise.resolve(token).then(read).catch(() => refusing.push(name));
  }
  const label = JSON.stringify(audience);
  console.log(`aud ${label} is refused by:`, refusing.join('; ') || 'nobody');
  assert.deepEqual(refusing, expected[label]);
}
JS
timeout 60 node run.mjs
