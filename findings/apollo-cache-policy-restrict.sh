#!/usr/bin/env bash
# Guess:    overallCachePolicy.restrict({ maxAge: 60 }) in an Apollo Server plugin is an upper bound; a field that asks for less gets less.
# Happens:  if the policy is restricted before execution (didResolveOperation, where a plugin knows the caller), the built-in cache
#           control plugin takes that as the final word: info.cacheControl becomes a dummy, setCacheHint({ maxAge: 5 }) in a
#           resolver does nothing, and so do @cacheControl hints in the schema. Called in willSendResponse it is a bound.
# Versions: @apollo/server 5.5.1, graphql 16.15.0. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  a plugin that shortens the cache time to the token's remaining life lengthens it instead for every field with a
#           shorter hint, and nothing reports the ignored hints.
# Source:   apollographql/apollo-server packages/server/src/plugin/cacheControl/index.ts.
set -euo pipefail
pins='@apollo/server@5.5.1 graphql@16.15.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { ApolloServer } from '@apollo/server';
const typeDefs = `
  directive @cacheControl(maxAge: Int) on FIELD_DEFINITION
  type Query { dynamic: Int, fixed: Int @cacheControl(maxAge: 7) }`;
const resolvers = { Query: {
  dynamic: (_, __, ___, info) => { info.cacheControl.setCacheHint({ maxAge: 5 }); return 1; },
  fixed: () => 1,
} };
async function cacheControl(field, hooks) {
  const server = new ApolloServer({ typeDefs, resolvers, plugins: [{ requestDidStart: async () => hooks }] });
  await server.start();
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers: new Map([['content-type', 'application/json']]), body: { query: `{${field}}` }, search: '' },
    context: async () => ({}),
  });
  await server.stop();
  return response.headers.get('cache-control');
}
const restrict = async ({ overallCachePolicy }) => { overallCachePolicy.restrict({ maxAge: 60 }); };
const seen = {};
for (const field of ['dynamic', 'fixed']) {
  seen[field] = [
    await cacheControl(field, {}),
    await cacheControl(field, { didResolveOperation: restrict }),
    await cacheControl(field, { willSendResponse: restrict }),
  ];
}
console.log('[no plugin, restricted before execution, restricted in willSendResponse]', seen);
assert.deepEqual(seen, {
  dynamic: ['max-age=5, public', 'max-age=60, public', 'max-age=5, public'],
  fixed: ['max-age=7, public', 'max-age=60, public', 'max-age=7, public'],
});
JS
timeout 60 node run.mjs
