#!/usr/bin/env bash
# Guess:    a reader of key sets keeps one for as long as the Cache-Control of the answer says; OpenID Connect Core 10.2.1 tells
#           issuers to steer it with max-age.
# Happens:  none of the five reads the header. They ask again after a time of their own, whether the issuer says a minute or a day: get-jwks
#           after a minute, jose, express-oauth2-jwt-bearer and jwks-rsa after ten, and aws-jwt-verify never, as long as it
#           finds the kid it looks for.
# Versions: jose 6.2.18, jwks-rsa 4.1.0, get-jwks 11.0.3, aws-jwt-verify 5.2.1, express-oauth2-jwt-bearer 1.10.0, express 5.3.0.
#           Run on 2026-11-29 on Node.js 20.20.2, with the clock put forward.
# Matters:  an issuer that lowers max-age before it takes a key out, the careful way, lowers nothing. With aws-jwt-verify the key is
#           gone when the process is, and not before.
# Source:   OpenID Connect Core 1.0 section 10.2.1; panva/jose src/jwks/remote.ts (cacheMaxAge); auth0/node-jwks-rsa src/wrappers/cache.js;
#           nearform/get-jwks src/get-jwks.js; awslabs/aws-jwt-verify src/jwk.ts (SimpleJwksCache).
set -euo pipefail
pins='jose@6.2.18 jwks-rsa@4.1.0 get-jwks@11.0.3 aws-jwt-verify@5.2.1 express-oauth2-jwt-bearer@1.10.0 express@5.3.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
// The clock comes first, so that every package sees it.
const forward = await import('./clock.mjs');
const assert = (await import('node:assert')).default;
const { generateKeyPairSync } = await import('node:crypto');
const { createServer } = await import('node:http');
const { JwtVerifier } = await import('aws-jwt-verify');
const { SimpleJwksCache } = await import('aws-jwt-verify/jwk');
const { default: express } = await import('express');
const { auth } = await import('express-oauth2-jwt-bearer');
const { default: buildGetJwks } = await import('get-jwks');
const { SignJWT, createRemoteJWKSet, jwtVerify } = await import('jose');
const { default: jwksRsa } = await import('jwks-rsa');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'r', use: 'sig', alg: 'RS256' }];
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return `http://127.0.0.1:${server.address().port}/`;
};
const observe = async (maxAge) => {
  let asked = 0;
  const issuer = await listen((_, res) => {
    asked += 1;
    res.writeHead(200, { 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}` }).end(JSON.stringify({ keys }));
  });
  const token = () => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: issuer, aud: 'api', iat: now, exp: now + 300 }).setProtectedHeader({ alg: 'RS256', kid: 'r' }).sign(privateKey);
  };
  const set = createRemoteJWKSet(new URL(issuer));
  const client = jwksRsa({ jwksUri: issuer, timeout: 5000 });
  const getJwks = buildGetJwks({ jwksPath: '/' });
  // Its own fetcher speaks https only.
  const fetcher = { fetch: async (uri) => Buffer.from(await (await fetch(uri)).arrayBuffer()) };
  const verifier = JwtVerifier.create({ issuer, audience: 'api', jwksUri: issuer }, { jwksCache: new SimpleJwksCache({ fetcher }) });
  const app = express();
  app.use(auth({ issuer, jwksUri: issuer, audience: 'api', tokenSigningAlg: 'RS256' }), (_, res) => res.end());
  const api = await listen(app);
  const readers = {
    'get-jwks': async () => getJwks.getPublicKey({ domain: issuer, alg: 'RS256', kid: 'r' }),
    jose: async () => jwtVerify(await token(), set, { currentDate: new Date() }),
    'express-oauth2-jwt-bearer': async () => {
      const response = await fetch(api, { headers: { authorization: `Bearer ${await token()}` } });
      assert.equal(response.status, 200);
    },
    'jwks-rsa': () => client.getSigningKey('r'),
    'aws-jwt-verify': async () => verifier.verify(await token()),
  };
  const seen = {};
  for (const [label, seconds] of [['at first', 0], ['50 s later', 50], ['70 s later', 70], ['11 min later', 660], ['a year later', 31536000]]) {
    forward.by(seconds);
    for (const [name, read] of Object.entries(readers)) {
      const before = asked;
      await read();
      if (asked > before) (seen[name] ??= []).push(label);
    }
  }
  console.log(`max-age=${maxAge}, asked for keys:`, seen);
  return seen;
};
const ten = ['at first', '11 min later', 'a year later'];
const expected = {
  'get-jwks': ['at first', '70 s later', '11 min later', 'a year later'],
  jose: ten, 'express-oauth2-jwt-bearer': ten, 'jwks-rsa': ten, 'aws-jwt-verify': ['at first'],
};
for (const maxAge of [5, 86400]) assert.deepEqual(await observe(maxAge), expected);
process.exit();
JS
cat > clock.mjs <<'JS'
let shift = 0;
const RealDate = Date;
const now = Date.now.bind(Date);
const measured = performance.now.bind(performance);
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now() + shift] : given));
  }
  static now() {
    return now() + shift;
  }
};
performance.now = () => measured() + shift;
export const by = (seconds) => {
  shift += seconds * 1000;
};
JS
timeout 60 node run.mjs
