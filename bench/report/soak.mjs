import { number, paragraphs, table } from './format.mjs';

/** @param {any} result of `npm run soak` */
export function soakReport({ minutes, servers, load }) {
  return paragraphs(
    '## Under lasting load',
    `\`npm run soak\`: ${number(minutes)} minutes of ${load.join(', ')}, on both adapters at once. Heap after a full collection, open handles, and the 99th percentile of latency, after the first five minutes and at the end.`,
    '![The curve of the heap stays flat](images/performance-soak.svg)',
    table(
      ['adapter', 'requests', 'heap, MiB', 'handles', 'p99, ms', 'unhandled rejections'],
      servers.map(({ adapter, requests, settled, last, unhandled }) => [
        adapter,
        requests.toLocaleString('en'),
        `${number(settled.heapMiB)} → ${number(last.heapMiB)}`,
        `${settled.handles} → ${last.handles}`,
        `${number(settled.p99Ms)} → ${number(last.p99Ms)}`,
        String(unhandled),
      ]),
    ),
  );
}
