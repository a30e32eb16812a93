#!/usr/bin/env bash
# Guess:    a full garbage collection while a server is idle costs its milliseconds, and then requests cost what they did before.
# Happens:  if full collections happen early, while no tick is waiting, process.nextTick takes four to six times as long from then on,
#           for the life of the process: V8 has dropped what it knew of the objects nextTick makes, and compiles the slow way.
# Versions: Node.js 22.23.3 and 24.21.0 (npm package node). Run on 2026-11-29; 20.20.2 does the same.
# Matters:  an HTTP request makes five to ten ticks. A guard that loads a list of revoked tokens at start, and so collects garbage, seemed
#           to make every later request 13 % dearer; a server that only called gc() at start was as slow. Compare guards, or any
#           middleware, only between processes that collected alike.
# Source:   nodejs/node lib/internal/process/task_queues.js (nextTick: a literal with two computed symbol keys for each tick).
set -euo pipefail
pins='22.23.3 24.21.0'
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"; echo '{"private":true}' > package.json
for v in $pins; do
  timeout 300 npm install --silent --no-audit --no-fund --before=2026-11-30 "node${v%%.*}@npm:node@$v"
done
cat > run.mjs <<'JS'
const collects = process.argv[2] === 'collects';
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const ticks = (count) => new Promise((done) => {
  let left = count;
  const next = () => (--left === 0 ? done() : process.nextTick(next, 1));
  process.nextTick(next, 1);
});
for (let round = 0; round < 8; round++) {
  await ticks(3);
  await pause(30);
  if (collects) globalThis.gc();
}
await ticks(400_000);
const before = process.cpuUsage();
await ticks(1_000_000);
console.log(process.cpuUsage(before).user / 1_000);
JS
for v in $pins; do
  node="node_modules/node${v%%.*}/bin/node"
  [ "$("$node" --version)" = "v$v" ] || { echo "not the version described: $v"; exit 1; }
  plain=$(timeout 60 "$node" --expose-gc run.mjs plain); after=$(timeout 60 "$node" --expose-gc run.mjs collects)
  echo "Node.js $v: a tick takes $plain ns; after eight early collections $after ns"
  awk -v a="$after" -v b="$plain" 'BEGIN { exit !(a > 2 * b) }' || { echo "not as described"; exit 1; }
done
