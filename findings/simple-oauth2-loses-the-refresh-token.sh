#!/usr/bin/env bash
# Guess:    an answer to a refresh need not carry a new refresh token (RFC 6749 section 6), and a client then keeps the one it has;
#           simple-oauth2 has code that says so.
# Happens:  that code reads the old one from the wrong object. The new token of simple-oauth2 has a refresh_token of its own that is undefined,
#           and its next refresh() sends "refresh_token=" with nothing behind it. Spreading it over the saved token removes the
#           saved one too. client-oauth2, @badgateway/oauth2-client, google-auth-library, Authlib, requests-oauthlib, Ruby's oauth2 and
#           Net::OAuth2 keep it.
# Versions: simple-oauth2 5.1.0, client-oauth2 4.3.3, @badgateway/oauth2-client 3.3.1, google-auth-library 10.9.1 on Node.js 20.20.2; Debian
#           python3-authlib 1.2.0-1+deb12u2, python3-requests-oauthlib 1.3.0+ds-1, ruby-oauth2 1.4.4-1+deb12u1, libnet-oauth2-perl 0.67-1.
#           Run on 2026-11-29.
# Matters:  with an issuer that does not rotate refresh tokens, or rotates them only now and then, the first refresh works, a test of it
#           passes, and users are signed out an hour later. The issuer's log shows an empty parameter.
# Source:   lelylan/simple-oauth2 lib/access-token.js (refresh); RFC 6749 section 6.
set -euo pipefail
for p in python3-authlib=1.2.0-1+deb12u2 python3-requests-oauthlib=1.3.0+ds-1 ruby-oauth2=1.4.4-1+deb12u1 libnet-oauth2-perl=0.67-1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='simple-oauth2@5.1.0 client-oauth2@4.3.3 @badgateway/oauth2-client@3.3.1 google-auth-library@10.9.1'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > refresh.py <<'PY'
import os
import sys
os.environ['OAUTHLIB_INSECURE_TRANSPORT'] = os.environ['AUTHLIB_INSECURE_TRANSPORT'] = '1'
from authlib.integrations.requests_client import OAuth2Session as Authlib
from requests_oauthlib import OAuth2Session as RequestsOauthlib
name, endpoint = sys.argv[1:]
session = {'Authlib': Authlib, 'requests-oauthlib': RequestsOauthlib}[name](
    'c', token={'access_token': 'old', 'refresh_token': 'kept', 'token_type': 'Bearer', 'expires_in': 3600})
for _ in range(2):
    session.refresh_token(endpoint)
PY
cat > refresh.rb <<'RB'
require 'oauth2'
client = OAuth2::Client.new('c', 's', token_url: ARGV[1])
token = OAuth2::AccessToken.from_hash(client, access_token: 'old', refresh_token: 'kept', expires_in: 3600)
token.refresh!.refresh!
RB
cat > refresh.pl <<'PL'
use strict;
use warnings;
use Net::OAuth2::AccessToken;
use Net::OAuth2::Profile::WebServer;
my $profile = Net::OAuth2::Profile::WebServer->new(client_id => 'c', client_secret => 's', site => $ARGV[1], access_token_url => $ARGV[1]);
my $token = Net::OAuth2::AccessToken->new(
    profile => $profile, access_token => 'old', refresh_token => 'kept', token_type => 'Bearer', expires_in => 3600);
$token->refresh for 1 .. 2;
PL
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { OAuth2Client as BadgatewayClient } from '@badgateway/oauth2-client';
import ClientOauth2 from 'client-oauth2';
import { OAuth2Client as GoogleClient } from 'google-auth-library';
import simpleOauth2 from 'simple-oauth2';
let sent;
const server = createServer((req, res) => {
  let form = '';
  req.on('data', (chunk) => { form += chunk; }).on('end', () => {
    sent.push(new URLSearchParams(form).get('refresh_token'));
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"new","token_type":"Bearer","expires_in":3600}');
  });
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const origin = `http://127.0.0.1:${server.address().port}`;
const endpoint = `${origin}/token`;
const saved = { access_token: 'old', refresh_token: 'kept', token_type: 'Bearer', expires_in: 3600 };
let merged;
const elsewhere = (command, file) => (name) => new Promise((done, fail) => {
  execFile(command, [file, name, endpoint], { timeout: 20000 }, (error) => (error ? fail(error) : done()));
});
const clients = {
  async 'simple-oauth2'() {
    const client = new simpleOauth2.AuthorizationCode({ client: { id: 'c', secret: 's' }, auth: { tokenHost: origin, tokenPath: '/token' } });
    const refreshed = await client.createToken(saved).refresh();
    merged = { ...saved, ...refreshed.token };
    await refreshed.refresh();
  },
  async 'client-oauth2'() {
    const client = new ClientOauth2({ clientId: 'c', clientSecret: 's', accessTokenUri: endpoint });
    await (await client.createToken('old', 'kept', 'bearer').refresh()).refresh();
  },
  async '@badgateway/oauth2-client'() {
    const client = new BadgatewayClient({ clientId: 'c', clientSecret: 's', tokenEndpoint: endpoint });
    await client.refreshToken(await client.refreshToken({ accessToken: 'old', refreshToken: 'kept', expiresAt: null }));
  },
  async 'google-auth-library'() {
    const client = new GoogleClient({ clientId: 'c', clientSecret: 's', endpoints: { oauth2TokenUrl: endpoint } });
    client.setCredentials({ refresh_token: 'kept' });
    await client.refreshAccessToken();
    await client.refreshAccessToken();
  },
  Authlib: elsewhere('/usr/bin/python3', 'refresh.py'),
  'requests-oauthlib': elsewhere('/usr/bin/python3', 'refresh.py'),
  "Ruby's oauth2": elsewhere('ruby', 'refresh.rb'),
  'Net::OAuth2': elsewhere('perl', 'refresh.pl'),
};
const kept = ['kept', 'kept'];
const expected = Object.fromEntries(Object.keys(clients).map((name) => [name, kept]));
expected['simple-oauth2'] = ['kept', ''];
const seen = {};
for (const [name, refreshTwice] of Object.entries(clients)) {
  sent = [];
  await refreshTwice(name);
  seen[name] = sent;
}
console.log('refresh_token sent by two refreshes', seen);
console.log('simple-oauth2, spread over the saved token:', merged.refresh_token);
assert.deepEqual(seen, expected);
assert.ok('refresh_token' in merged);
assert.equal(merged.refresh_token, undefined);
server.close();
server.closeAllConnections();
JS
timeout 60 node run.mjs
