#!/usr/bin/env bash
# Guess:    when the issuer's key server cannot be reached, a resource server answers 5xx: nothing is known about the token.
# Happens:  both usual Express stacks answer 401. express-oauth2-jwt-bearer even says error="invalid_token" and puts the socket
#           error into the challenge as the reason. passport-jwt treats whatever error the key lookup hands to its callback as a
#           failed login, never as passport's "error", so no error handler is called.
# Versions: express-oauth2-jwt-bearer 1.10.0, passport 0.7.0, passport-jwt 4.0.1, jwks-rsa 4.1.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  clients do what invalid_token tells them: drop the session, refresh, come back. A key outage of a minute becomes a
#           mass logout, and the API's 5xx alarms stay silent.
# Source:   RFC 6750 section 3.1; passport-jwt lib/strategy.js; auth0/node-oauth2-jwt-bearer issues 50 and 132.
set -euo pipefail
pins='express@5.3.0 express-oauth2-jwt-bearer@1.10.0 passport@0.7.0 passport-jwt@4.0.1 jwks-rsa@4.1.0 jsonwebtoken@9.0.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import jwt from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return [server, `http://127.0.0.1:${server.address().port}`];
};
const [gone, goneAt] = await listen(() => {});
await new Promise((done) => gone.close(done));
const jwksUri = `${goneAt}/jwks`;
const terms = { issuer: 'https://issuer.example/', audience: 'api' };
const token = jwt.sign({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, { ...terms, algorithm: 'RS256', keyid: 'k', expiresIn: 60 });
let errorHandlerCalls = 0;
const strategy = new Strategy({
  ...terms, algorithms: ['RS256'], jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
  secretOrKeyProvider: jwksRsa.passportJwtSecret({ jwksUri, timeout: 3000 }),
}, (claims, done) => done(null, claims));
const app = express();
app.get('/passport', passport.authenticate(strategy, { session: false }), (_, res) => res.end());
app.get('/auth0', auth({ ...terms, jwksUri }), (_, res) => res.end());
app.use((error, req, res, next) => {
  errorHandlerCalls += req.path === '/passport' ? 1 : 0;
  res.status(error.status ?? 500).set(error.headers ?? {}).end();
});
const [server, origin] = await listen(app);
const seen = {};
for (const path of ['/passport', '/auth0']) {
  const response = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(8000) });
  seen[path] = [response.status, response.headers.get('www-authenticate')];
}
console.log(seen);
server.close();
server.closeAllConnections();
assert.deepEqual(seen['/passport'], [401, null]);
assert.equal(errorHandlerCalls, 0);
assert.equal(seen['/auth0'][0], 401);
assert.ok(seen['/auth0'][1].includes(`error="invalid_token", error_description="connect ECONNREFUSED ${goneAt.slice(7)}"`));
JS
timeout 60 node run.mjs
