#!/usr/bin/env bash
# Guess:    cognito-local's discovery document names the issuer that its tokens carry, and its refresh token is opaque, as Cognito's is.
# Happens:  host and port of the running server go into "iss", but the discovery document always says localhost:9229, for issuer and
#           jwks_uri. And the refresh token is a JWT with the same iss, signed with the key of the access tokens (without kid,
#           sub and token_use), where Cognito's is encrypted and unreadable.
# Versions: cognito-local 5.3.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  with any other PORT or HOST (each container) a client that compares issuers, as OpenID Connect Discovery 4.3 demands,
#           refuses the emulator and works with Cognito; and a test "a refresh token is no access token" passes against
#           Cognito for a reason (not a JWT) that the emulator never exercises.
# Source:   jagregory/cognito-local src/services/tokenGenerator.ts and src/server/server.ts.
set -euo pipefail
pins='cognito-local@5.3.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:net';
const probe = createServer().listen(0, '127.0.0.1');
await new Promise((done) => probe.once('listening', done));
const { port } = probe.address();
await new Promise((done) => probe.close(done));
const env = { PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1' };
const emulator = spawn(process.execPath, ['node_modules/cognito-local/lib/bin/start.js'], { env, stdio: 'ignore' });
process.on('exit', () => emulator.kill());
process.on('SIGTERM', () => process.exit(1));
const origin = `http://127.0.0.1:${port}`;
const waited = AbortSignal.timeout(20000);
while (!(await fetch(`${origin}/health`).catch(() => undefined))) {
  waited.throwIfAborted();
  await new Promise((done) => setTimeout(done, 200));
}
async function call(operation, body) {
  const response = await fetch(origin, {
    method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(5000),
    headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}` },
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}
const { UserPool: { Id: UserPoolId } } = await call('CreateUserPool', { PoolName: 'p' });
const { UserPoolClient: { ClientId } } = await call('CreateUserPoolClient', { UserPoolId, ClientName: 'c' });
const user = { UserPoolId, Username: 'ann@example.test' };
await call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS', UserAttributes: [{ Name: 'email', Value: 'ann@example.test' }] });
await call('AdminSetUserPassword', { ...user, Password: 'Passw0rd!', Permanent: true });
const AuthParameters = { USERNAME: 'ann@example.test', PASSWORD: 'Passw0rd!' };
const { AuthenticationResult: tokens } = await call('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters });
const pool = `${origin}/${UserPoolId}`;
const discovery = await (await fetch(`${pool}/.well-known/openid-configuration`)).json();
const { keys: [jwk] } = await (await fetch(`${pool}/.well-known/jwks.json`)).json();
const [head, body, signature] = tokens.RefreshToken.split('.');
const part = (text) => JSON.parse(Buffer.from(text, 'base64url'));
const seen = {
  'iss of the access token is this server': part(tokens.AccessToken.split('.')[1]).iss === pool,
  'issuer of the discovery document': discovery.issuer.replace(UserPoolId, 'POOL'),
  'jwks_uri of the discovery document': discovery.jwks_uri.replace(UserPoolId, 'POOL'),
  'refresh token: same iss': part(body).iss === pool,
  'refresh token: same key': verify('RSA-SHA256', Buffer.from(`${head}.${body}`), createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64url')),
  'refresh token: kid, sub, token_use': [part(head).kid, part(body).sub, part(body).token_use],
};
console.log(seen);
assert.deepEqual(Object.values(seen), [
  true, 'http://localhost:9229/POOL', 'http://localhost:9229/POOL/.well-known/jwks.json', true, true, [undefined, undefined, undefined],
]);
process.exit();
JS
timeout 60 node run.mjs
