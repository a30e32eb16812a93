#!/usr/bin/env bash
# Guess:    Go's oauth2 package finds out once how a server wants the client's credentials, and reports what the server answered.
# Happens:  only a success is remembered. Until the first one, each exchange that fails, for whatever reason, is sent again with the
#           credentials in the body, and the error of that second try is the one returned. An expired code at a server that takes
#           Basic only is invalid_client, not invalid_grant. After any success the same code is sent once and is invalid_grant.
# Versions: golang.org/x/oauth2 0.3.0 (Debian golang-golang-x-oauth2-dev 0.3.0-1), Go 1.19 (golang-1.19-go 1.19.8-2); oidc-provider 9.13.3
#           on Node.js 20.20.2. Run on 2026-11-29.
# Matters:  right after a restart the log blames the client secret for what a user's old code or refresh token did, and the next hour
#           the same fault has another name. Each failure counts twice at the server: rate limit, lockout, load in an outage.
# Source:   golang/oauth2 internal/token.go (RetrieveToken, AuthStyle); RFC 6749 section 5.2.
set -euo pipefail
for p in golang-golang-x-oauth2-dev=0.3.0-1 golang-1.19-go=1.19.8-2; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='oidc-provider@9.13.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// What the error object of the answer names, from the body that the package keeps.
func reported(err error) string {
	var failed *oauth2.RetrieveError
	var body struct{ Error string }
	if !errors.As(err, &failed) || json.Unmarshal(failed.Body, &body) != nil {
		return "no answer"
	}
	return body.Error
}

func main() {
	ctx, issuer, id, secret := context.Background(), os.Args[1], os.Args[2], os.Args[3]
	endpoint := oauth2.Endpoint{TokenURL: issuer + "/token"}
	code := oauth2.Config{ClientID: id, ClientSecret: secret, RedirectURL: "https://app.example/back", Endpoint: endpoint}
	own := clientcredentials.Config{ClientID: id, ClientSecret: secret, TokenURL: issuer + "/token"}
	_, first := code.Exchange(ctx, "old-code")
	_, second := code.Exchange(ctx, "old-code")
	_, success := own.Token(ctx)
	_, third := code.Exchange(ctx, "old-code")
	json.NewEncoder(os.Stdout).Encode([]interface{}{reported(first), reported(second), success == nil, reported(third)})
}
GO
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
console.info = console.warn = () => {};
const server = createServer().listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const secret = 's'.repeat(32);
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'c', client_secret: secret, grant_types: ['client_credentials', 'authorization_code'], response_types: ['code'],
    redirect_uris: ['https://app.example/back'], token_endpoint_auth_method: 'client_secret_basic',
  }],
  clientAuthMethods: ['client_secret_basic'],
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
});
const answers = [];
provider.use(async (ctx, next) => {
  await next();
  answers.push(ctx.body.error ?? 'token');
});
server.on('request', provider.callback());
const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: `${process.cwd()}/cache`, GOFLAGS: '' };
const run = (command, args) => new Promise((done, fail) => {
  execFile(command, args, { env, timeout: 50000 }, (error, out) => (error ? fail(error) : done(out)));
});
await run('go', ['build', '-o', 'client', 'main.go']);
const reported = JSON.parse(await run('./client', [issuer, 'c', secret]));
console.log({ reported, answers });
server.close();
server.closeAllConnections();
assert.deepEqual(reported, ['invalid_client', 'invalid_client', true, 'invalid_grant']);
assert.deepEqual(answers, ['invalid_grant', 'invalid_client', 'invalid_grant', 'invalid_client', 'token', 'invalid_grant']);
JS
timeout 60 node run.mjs
