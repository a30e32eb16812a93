#!/usr/bin/env bash
# Guess:    in a Nest microservice an exception filter ends the call with an error, whether it returns or rethrows.
# Happens:  what catch() returns is sent as the successful result: a filter that returns the exception, or the body
#           {"status":"error"} it would send over HTTP, makes the caller's promise resolve with it. What catch() throws, even an
#           RpcException, is never sent: the caller waits until its own timeout. Only an Observable that errors is an error.
# Versions: @nestjs/core 12.5.1, @nestjs/microservices 12.1.1, TCP transport. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a filter shared with HTTP turns "401, token expired" into data for the calling service, which goes on with it;
#           a filter that rethrows turns each refusal into a hanging call.
# Source:   nestjs/nest packages/microservices/context/rpc-proxy.ts and server/server.ts.
set -euo pipefail
pins='@nestjs/common@12.5.1 @nestjs/core@12.5.1 @nestjs/microservices@12.1.1 reflect-metadata@0.2.2 rxjs@7.8.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import 'reflect-metadata';
import assert from 'node:assert';
import { Catch, Controller, Module, UnauthorizedException, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, RpcException, Transport } from '@nestjs/microservices';
import { createServer } from 'node:net';
import { firstValueFrom, throwError, timeout } from 'rxjs';
const filters = {
  returnsException: (exception) => exception,
  returnsBody: () => ({ status: 'error', code: 'token_expired' }),
  throwsRpcException: (exception) => { throw new RpcException(exception.getResponse()); },
  returnsErrorObservable: (exception) => throwError(() => exception.getResponse()),
};
class Handlers {}
for (const [name, body] of Object.entries(filters)) {
  Handlers.prototype[name] = () => { throw new UnauthorizedException({ code: 'token_expired' }); };
  class Filter { catch(exception) { return body(exception); } }
  Catch()(Filter);
  const method = Object.getOwnPropertyDescriptor(Handlers.prototype, name);
  MessagePattern(name)(Handlers.prototype, name, method);
  UseFilters(new Filter())(Handlers.prototype, name, method);
}
Controller()(Handlers);
class App {}
Module({ controllers: [Handlers] })(App);
const probe = createServer().listen(0, '127.0.0.1');
await new Promise((done) => probe.once('listening', done));
const options = { host: '127.0.0.1', port: probe.address().port };
await new Promise((done) => probe.close(done));
const server = await NestFactory.createMicroservice(App, { transport: Transport.TCP, options, logger: false });
await server.listen();
const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
await client.connect();
const seen = {};
for (const name of Object.keys(filters)) {
  seen[name] = await firstValueFrom(client.send(name, {}).pipe(timeout(2000))).then(
    (value) => `resolved with ${value.name ?? value.status}`,
    (error) => (error.name === 'TimeoutError' ? 'never answered' : `rejected with ${error.code}`),
  );
}
console.log(seen);
client.close();
await server.close();
assert.deepEqual(seen, {
  returnsException: 'resolved with UnauthorizedException',
  returnsBody: 'resolved with error',
  throwsRpcException: 'never answered',
  returnsErrorObservable: 'rejected with token_expired',
});
JS
timeout 60 node run.mjs
