#!/usr/bin/env bash
# Guess:    back-channel logout is the way for servers that share a network: the provider posts the logout token to the client's
#           backchannel_logout_uri, wherever that is.
# Happens:  oidc-provider refuses every address that is loopback, private or link-local, so nothing arrives in a Docker or
#           Kubernetes network. The end-session page says "signed out" all the same; the one trace is the event backchannel.error.
#           With a fetch of one's own in the configuration, which leaves its dispatcher out, the same logout arrives.
# Versions: oidc-provider 9.13.3. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a logout that ends tokens at the API works against a public test server and silently does nothing in the cluster.
# Source:   panva/node-oidc-provider lib/helpers/fetch_request.js, lib/actions/end_session.js; OpenID Connect Back-Channel Logout 1.0
#           section 2.5.
set -euo pipefail
pins='oidc-provider@9.13.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
console.info = console.warn = () => {};
let arrived = 0;
const client = createServer((req, res) => { arrived++; req.resume(); res.writeHead(200).end(); }).listen(0, '127.0.0.1');
await once(client, 'listening');
const uri = `http://127.0.0.1:${client.address().port}/logout`;
/** A login and a logout, as a browser goes through them. */
async function logOut(more) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'c', client_secret: 's'.repeat(32), redirect_uris: ['http://127.0.0.1/cb'], backchannel_logout_uri: uri }],
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: 'c', accountId: oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    ...more,
  });
  const errors = [];
  provider.on('backchannel.error', (_, error) => errors.push(error.cause?.message ?? error.message));
  const handle = provider.callback();
  server.on('request', (req, res) => req.url.startsWith('/interaction/')
    ? provider.interactionFinished(req, res, { login: { accountId: 'alice' } })
    : handle(req, res));
  const cookies = new Map();
  const browse = async (path, form) => {
    const response = await fetch(new URL(path, issuer), {
      redirect: 'manual', headers: { cookie: [...cookies].map((c) => c.join('=')).join('; ') }, signal: AbortSignal.timeout(5000),
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) { const [, n, v] = /^([^=]+)=([^;]*)/.exec(line); cookies.set(n, v); }
    return response;
  };
  let next = '/auth?client_id=c&redirect_uri=http://127.0.0.1/cb&response_type=code&scope=openid';
  while (!next.startsWith('http://127.0.0.1/cb')) next = (await browse(next)).headers.get('location');
  const page = await (await browse('/session/end')).text();
  const done = await browse('/session/end/confirm', { xsrf: /name="xsrf" value="([^"]+)"/.exec(page)[1], logout: 'yes' });
  const said = await (await browse(done.headers.get('location'))).text();
  server.close(); server.closeAllConnections();
  return { signedOut: /success/i.test(said), errors };
}
const byDefault = await logOut({});
console.log('default fetch:', JSON.stringify(byDefault), 'arrived:', arrived);
assert.equal(arrived, 0);
assert.equal(byDefault.signedOut, true);
assert.match(byDefault.errors.join(), /special-use IP/);
const own = await logOut({ fetch: (url, { dispatcher, ...options }) => fetch(url, options) });
console.log('own fetch:    ', JSON.stringify(own), 'arrived:', arrived);
assert.deepEqual([arrived, own.signedOut, own.errors.length], [1, true, 0]);
client.close(); client.closeAllConnections();
JS
timeout 60 node run.mjs
