#!/usr/bin/env bash
# Guess:    a private key made by the José command line (jose jwk gen) signs in the JavaScript library of the same name.
# Happens:  the command writes "key_ops": ["sign","verify"] into a private key, a pair that RFC 7517 allows. The library hands key_ops
#           on to WebCrypto, which refuses "verify" for a private key: "Unsupported key usage" from importJWK and from signing.
#           Without that member the same key works; so does node:crypto with the member in place.
# Versions: José 11 (Debian package jose 11-2+deb12u1), jose 6.2.18 on Node.js 20.20.2. Run on 2026-11-29.
# Matters:  the key is right, both programs follow their texts, and the message speaks of ECDSA. Key files for issuers and for
#           private_key_jwt clients are made with that command in many container images.
# Source:   RFC 7517 section 4.3; latchset/jose (jose_jwk_gen); panva/jose src/lib (importKey with jwk.key_ops).
set -euo pipefail
pins='jose@6.2.18'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { SignJWT, importJWK } from 'jose';
assert.equal(execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'jose'], { encoding: 'utf8' }), '11-2+deb12u1', 'Debian package jose');
const outcome = (work) => Promise.resolve().then(work).then(() => 'works', (error) => `${error.name}: ${error.message}`);
for (const [alg, name] of [['ES256', 'ECDSA'], ['RS256', 'RSA']]) {
  const text = execFileSync('jose', ['jwk', 'gen', '-i', JSON.stringify({ alg })], { encoding: 'utf8', timeout: 20000 });
  const { key_ops: keyOps, ...without } = JSON.parse(text);
  const key = { ...without, key_ops: keyOps };
  const seen = {
    keyOps,
    importJWK: await outcome(() => importJWK(key)),
    sign: await outcome(() => new SignJWT({}).setProtectedHeader({ alg }).sign(key)),
    'sign, key_ops removed': await outcome(() => new SignJWT({}).setProtectedHeader({ alg }).sign(without)),
    'node:crypto': await outcome(() => createPrivateKey({ key, format: 'jwk' })),
  };
  console.log(alg, seen);
  const refused = (text) => /^SyntaxError: Unsupported key usage/.test(text) && text.includes(name);
  assert.deepEqual(keyOps, ['sign', 'verify']);
  assert.ok(refused(seen.importJWK) && refused(seen.sign));
  assert.deepEqual([seen['sign, key_ops removed'], seen['node:crypto']], ['works', 'works']);
}
JS
timeout 60 node run.mjs
