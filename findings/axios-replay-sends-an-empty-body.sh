#!/usr/bin/env bash
# Guess:    the usual axios interceptor (on 401 fetch a new token, then axios.request(error.config)) either sends a streamed upload again
#           or fails, as the stream has been read.
# Happens:  with the http adapter, Node's default, the second request goes out with an empty body and Content-Length 0. The API answers
#           200, and so does axios to its caller. With adapter "fetch" the same code throws; ky sends the body twice, as it should.
#           Strings, buffers and objects are sent again correctly.
# Versions: axios 1.21.1, ky 1.14.3. Run on 2026-11-29 on Node.js 20.20.2.
# Matters:  each upload that happens to meet an expired token is stored as an empty file, reported as done. Tests of the interceptor send
#           JSON. Sign: uploads of zero bytes, minutes or hours after login.
# Source:   axios lib/adapters/http.js (data.pipe of a stream that has ended); axios documentation, "Interceptors"; sindresorhus/ky
#           source/core/Ky.ts (clone).
set -euo pipefail
pins='axios@1.21.1 ky@1.14.3'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-30 $pins
for p in $pins; do
  [ "$(node -p "require('./node_modules/${p%@*}/package.json').version")" = "${p##*@}" ] || { echo "not the version described: $p"; exit 1; }
done
cat > run.mjs <<'JS'
import assert from 'node:assert';
import { createReadStream, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import axios from 'axios';
import ky from 'ky';
writeFileSync('upload', 'x'.repeat(1000));
const received = [];
const server = createServer(async (req, res) => {
  let body = '';
  for await (const chunk of req) body += chunk;
  received.push(body.length);
  res.writeHead(req.headers.authorization === 'Bearer new' ? 200 : 401).end();
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const address = `http://127.0.0.1:${server.address().port}/`;
const refreshing = (adapter) => {
  const client = axios.create({ adapter, headers: { Authorization: 'Bearer old' }, timeout: 5000 });
  client.interceptors.response.use(undefined, (error) => {
    const { config, response } = error;
    if (response?.status !== 401 || config.sentAgain) throw error;
    config.sentAgain = true;
    config.headers.Authorization = 'Bearer new';
    return client.request(config);
  });
  return (body) => client.post(address, body);
};
const refreshingKy = ky.extend({
  headers: { authorization: 'Bearer old' },
  hooks: {
    afterResponse: [(request, options, { status }) => {
      if (status !== 401) return undefined;
      request.headers.set('authorization', 'Bearer new');
      return ky(request);
    }],
  },
});
const buffer = () => Buffer.alloc(1000);
const file = () => createReadStream('upload');
const cases = {
  'axios http, buffer': () => refreshing('http')(buffer()),
  'axios http, file stream': () => refreshing('http')(file()),
  'axios fetch, file stream': () => refreshing('fetch')(file()),
  'ky, stream': () => refreshingKy.post(address, { body: new Blob([buffer()]).stream(), duplex: 'half' }),
};
const seen = {};
for (const [label, upload] of Object.entries(cases)) {
  received.length = 0;
  const outcome = await upload().then(({ status }) => status, (error) => error.message);
  seen[label] = { outcome, received: [...received] };
}
console.log(seen);
server.close();
server.closeAllConnections();
const twice = { outcome: 200, received: [1000, 1000] };
assert.deepEqual(seen, {
  'axios http, buffer': twice,
  'axios http, file stream': { outcome: 200, received: [1000, 0] },
  'axios fetch, file stream': { outcome: 'Response body object should not be disturbed or locked', received: [1000] },
  'ky, stream': twice,
});
JS
timeout 60 node run.mjs
