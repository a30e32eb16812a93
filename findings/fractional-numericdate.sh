#!/usr/bin/env bash
# Guess:    "exp" may have a fraction (RFC 7519, NumericDate), and readers differ about it by rounding noise at most.
# Happens:  the token is over at T+0.9 s. PyJWT cuts the claim down and refuses it from T on; jsonwebtoken and jose cut the clock
#           down and accept it until T+1; fast-jwt compares both as they are. "nbf" mirrors it: jsonwebtoken and jose keep
#           refusing after the token has begun. For about a second around either bound the reader decides, not the claim.
# Versions: jsonwebtoken 9.0.3, jose 6.2.18, fast-jwt 6.3.6, PyJWT 2.6.0 (Debian python3-jwt 2.6.0-1). Run on 2026-11-29.
# Matters:  issuers that compute exp from a float clock (time.time() + 300 in Python) make such tokens by default; tests at the edge of
#           expiry and "sign, then call at once" with nbf fail one time in a few, depending on who reads.
# Source:   RFC 7519 section 2; jpadilla/pyjwt jwt/api_jwt.py (_validate_exp); auth0/node-jsonwebtoken verify.js; panva/jose src/lib/jwt_claims_set.ts; nearform/fast-jwt src/verifier.js.
set -euo pipefail
pins='jsonwebtoken@9.0.3 jose@6.2.18 fast-jwt@6.3.6'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
assert.equal(execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'python3-jwt'], { encoding: 'utf8' }), '2.6.0-1', 'Debian python3-jwt');
const T = 2_000_000_000;
const secret = 'k'.repeat(32);
const python = `
import sys, datetime, jwt, jwt.api_jwt
class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return cls.fromtimestamp(float(sys.argv[2]), tz)
jwt.api_jwt.datetime = Clock
try: jwt.decode(sys.argv[1], '${secret}', ['HS256']); print('accepts')
except jwt.PyJWTError as error: print('refuses')`;
const verdict = async (work) => { try { await work(); return 'accepts'; } catch { return 'refuses'; } };
async function readers(claims, now) {
  const header = { typ: 'JWT' };
  const token = jwt.sign(JSON.stringify(claims), secret, { algorithm: 'HS256', header });
  const realNow = Date.now;
  Date.now = () => now * 1000;
  try {
    return {
      jsonwebtoken: await verdict(() => jwt.verify(token, secret)),
      jose: await verdict(() => jwtVerify(token, Buffer.from(secret), { currentDate: new Date(now * 1000) })),
      'fast-jwt': await verdict(() => createVerifier({ key: secret })(token)),
      PyJWT: execFileSync('/usr/bin/python3', ['-c', python, token, String(now)], { encoding: 'utf8', timeout: 10000 }).trim(),
    };
  } finally { Date.now = realNow; }
}
const cases = [
  ['exp T+0.9, read at T+0.5', { exp: T + 0.9 }, T + 0.5, ['accepts', 'accepts', 'accepts', 'refuses']],
  ['exp T+0.9, read at T+0.95', { exp: T + 0.9 }, T + 0.95, ['accepts', 'accepts', 'refuses', 'refuses']],
  ['nbf T+0.5, read at T+0.2', { nbf: T + 0.5 }, T + 0.2, ['refuses', 'refuses', 'refuses', 'accepts']],
  ['nbf T+0.5, read at T+0.7', { nbf: T + 0.5 }, T + 0.7, ['refuses', 'refuses', 'accepts', 'accepts']],
];
for (const [label, claims, now, expected] of cases) {
  const seen = await readers(claims, now);
  console.log(label, seen);
  assert.deepEqual(Object.values(seen), expected);
}
JS
timeout 60 node run.mjs
