#!/usr/bin/env bash
# Guess:    a GraphQL client sees the errors of an answer in one way, so a handler for UNAUTHENTICATED works whatever the status.
# Happens:  in Apollo Client it depends on two headers. With 200, or as application/graphql-response+json with any status, the errors arrive
#           as CombinedGraphQLErrors. With 401 as application/json the same body is a ServerError, "Response not successful", and
#           the errors are text in it. urql and graphql-request show the code in all three.
# Versions: @apollo/client 4.3.8, @urql/core 6.0.3, graphql-request 7.4.0, graphql 16.15.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  the server's GraphQL layer answers in the type that the client asked for; a guard, a gateway or an error filter before it
#           answers JSON. So the login link works for one refusal and not for the other, with the same code in both bodies.
# Source:   apollographql/apollo-client src/link/http/parseAndCheckHttpResponse.ts; GraphQL over HTTP, section "Status Codes".
set -euo pipefail
pins='@apollo/client@4.3.8 @urql/core@6.0.3 graphql-request@7.4.0 graphql@16.15.0 rxjs@7.8.2'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createServer } from 'node:http';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client/core/index.js';
import { CombinedGraphQLErrors } from '@apollo/client/errors/index.js';
import { Client, fetchExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
const body = JSON.stringify({ errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] });
let answer;
const server = createServer((req, res) => {
  req.resume();
  res.writeHead(answer.status, { 'content-type': answer.type }).end(body);
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const address = `http://127.0.0.1:${server.address().port}/`;
const failed = async (work) => work.then(() => assert.fail('no error'), (error) => error);
const code = (errors) => errors?.[0]?.extensions.code;
const clients = {
  apollo: async () => {
    const error = await failed(new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: address }) }).query({ query: gql`{ me }` }));
    return CombinedGraphQLErrors.is(error) ? code(error.errors) : error.name;
  },
  urql: async () => code((await new Client({ url: address, exchanges: [fetchExchange], preferGetMethod: false }).query('{ me }', {}).toPromise()).error.graphQLErrors),
  'graphql-request': async () => code((await failed(new GraphQLClient(address).request('{ me }'))).response.errors),
};
const seen = {};
for (answer of [{ status: 200, type: 'application/json' }, { status: 401, type: 'application/json' }, { status: 401, type: 'application/graphql-response+json' }]) {
  const label = `${answer.status} ${answer.type}`;
  seen[label] = {};
  for (const [name, ask] of Object.entries(clients)) seen[label][name] = await ask();
}
console.log(seen);
server.close();
server.closeAllConnections();
const all = { apollo: 'UNAUTHENTICATED', urql: 'UNAUTHENTICATED', 'graphql-request': 'UNAUTHENTICATED' };
assert.deepEqual(seen, {
  '200 application/json': all, '401 application/json': { ...all, apollo: 'ServerError' }, '401 application/graphql-response+json': all,
});
JS
timeout 60 node run.mjs
