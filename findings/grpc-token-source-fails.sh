#!/usr/bin/env bash
# Guess:    when a gRPC client can't get a token for a call (the token endpoint answers 503), the call fails as UNAVAILABLE in each language,
#           or as one and the same other code.
# Happens:  three codes. Node.js says UNKNOWN, Python UNAVAILABLE, Go UNAUTHENTICATED, which is what the gRPC project's own table says. A
#           retry policy for the latter two asks Python's and Go's source three times and Node's once. In Node.js a number in the
#           error's "code" is taken as the gRPC code: with 14 it is UNAVAILABLE and tried again, with "ECONNREFUSED" it is UNKNOWN.
# Versions: @grpc/grpc-js 1.14.7 on Node.js 20.20.2; Debian python3-grpcio 1.51.1-3+b1, golang-google-grpc-dev 1.33.3-2 with golang-go
#           2:1.19~1. Run on 2026-11-29.
# Matters:  while the issuer is down, a Go client reports that its token was refused, which nobody did, and sends people to sign in again;
#           the same outage in Node.js is a code that alarms and retries leave out. The server sees no call in any of the cases.
# Source:   grpc/grpc-node packages/grpc-js/src/load-balancing-call.ts; grpc/grpc-go internal/transport/http2_client.go (getTrAuthData);
#           grpc/grpc src/core/lib/security/credentials/plugin/plugin_credentials.cc and doc/statuscodes.md.
set -euo pipefail
for p in python3-grpcio=1.51.1-3+b1 golang-google-grpc-dev=1.33.3-2 golang-go=2:1.19~1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
pins='@grpc/grpc-js@1.14.7'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 2> /dev/null
cat > call.py <<'PY'
import sys
import grpc
_, target, service_config = sys.argv
asked = 0
class Source(grpc.AuthMetadataPlugin):
    def __call__(self, context, callback):
        global asked
        asked += 1
        callback((), RuntimeError('no token'))
tls = grpc.ssl_channel_credentials(open('cert.pem', 'rb').read())
credentials = grpc.composite_channel_credentials(tls, grpc.metadata_call_credentials(Source()))
options = [('grpc.service_config', service_config), ('grpc.enable_retries', 1)]
with grpc.secure_channel(target, credentials, options) as channel:
    try:
        channel.unary_unary('/api/read')(b'', timeout=5)
    except grpc.RpcError as error:
        print(error.code().value[0], asked)
PY
cat > call.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/golang/protobuf/ptypes/empty"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
)

type source struct{ asked int }

func (s *source) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	s.asked++
	return nil, errors.New("no token")
}

func (s *source) RequireTransportSecurity() bool { return true }

func main() {
	tls, err := credentials.NewClientTLSFromFile("cert.pem", "")
	if err != nil {
		panic(err)
	}
	tokens := &source{}
	conn, err := grpc.Dial(os.Args[1], grpc.WithTransportCredentials(tls), grpc.WithPerRPCCredentials(tokens), grpc.WithDefaultServiceConfig(os.Args[2]))
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err = conn.Invoke(ctx, "/api/read", &empty.Empty{}, &empty.Empty{})
	fmt.Println(int(status.Code(err)), tokens.asked)
}
GO
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: `${process.cwd()}/cache`, GOFLAGS: '', GRPC_GO_RETRY: 'on' };
execFileSync('go', ['build', '-o', 'call', 'call.go'], { env, timeout: 240000 });
const bytes = (value) => value;
const read = { path: '/api/read', requestStream: false, responseStream: false, requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes };
let arrived = 0;
const server = new grpc.Server();
server.addService({ read }, { read: (_, answer) => {
  arrived += 1;
  answer(null, Buffer.alloc(0));
} });
const cert = readFileSync('cert.pem');
const port = await new Promise((done, fail) => {
  const tls = grpc.ServerCredentials.createSsl(null, [{ cert_chain: cert, private_key: readFileSync('key.pem') }]);
  server.bindAsync('127.0.0.1:0', tls, (error, bound) => (error ? fail(error) : done(bound)));
});
const target = `localhost:${port}`;
const retryPolicy = { maxAttempts: 3, initialBackoff: '0.01s', maxBackoff: '0.01s', backoffMultiplier: 1, retryableStatusCodes: ['UNAVAILABLE', 'UNAUTHENTICATED'] };
const serviceConfig = JSON.stringify({ methodConfig: [{ name: [{ service: 'api' }], retryPolicy }] });
const inNode = (failure) => new Promise((done) => {
  let asked = 0;
  const source = grpc.credentials.createFromMetadataGenerator((_, answer) => {
    asked += 1;
    answer(failure);
  });
  const tls = grpc.credentials.combineChannelCredentials(grpc.credentials.createSsl(cert), source);
  const client = new grpc.Client(target, tls, { 'grpc.service_config': serviceConfig });
  client.makeUnaryRequest(read.path, bytes, bytes, Buffer.alloc(0), { deadline: Date.now() + 5000 }, (error) => {
    client.close();
    done([grpc.status[error.code], asked]);
  });
});
const elsewhere = (command, ...args) => new Promise((done, fail) => {
  execFile(command, [...args, target, serviceConfig], { env, timeout: 20000 }, (error, out) => {
    if (error) return fail(error);
    const [code, asked] = out.trim().split(' ').map(Number);
    return done([grpc.status[code], asked]);
  });
});
const failed = (code) => Object.assign(new Error('no token'), { code });
const seen = {
  'Node.js': await inNode(failed(undefined)),
  'Node.js, code "ECONNREFUSED"': await inNode(failed('ECONNREFUSED')),
  'Node.js, code 14': await inNode(failed(grpc.status.UNAVAILABLE)),
  Python: await elsewhere('/usr/bin/python3', 'call.py'),
  Go: await elsewhere('./call'),
};
console.log('code, and how often the token was asked for', seen, { arrived });
assert.deepEqual(seen, {
  'Node.js': ['UNKNOWN', 1], 'Node.js, code "ECONNREFUSED"': ['UNKNOWN', 1], 'Node.js, code 14': ['UNAVAILABLE', 3], Python: ['UNAVAILABLE', 3], Go: ['UNAUTHENTICATED', 3],
});
assert.equal(arrived, 0);
server.forceShutdown();
JS
timeout 300 node run.mjs
