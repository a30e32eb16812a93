import { mebibytes, number, paragraphs, table } from './format.mjs';

/** @param {any} result of the memory section */
export function memoryReport({ rows, cacheEntries, tokenBytes }) {
  return paragraphs(
    '## Memory of the verified-token cache',
    `Distinct tokens of ${tokenBytes} bytes, \`maxEntries\` ${cacheEntries.toLocaleString('en')}. Heap and buffers after two full collections, less those of the same run without the cache. The tokens are signed with HS256 so that a million of them can be made; what an entry takes does not depend on who signed it.`,
    table(
      ['distinct tokens seen', 'entries', 'memory added', 'bytes per entry', 'resident set'],
      rows.map((row) => [
        row.seen.toLocaleString('en'),
        row.entries.toLocaleString('en'),
        mebibytes(row.heapBytes),
        number(row.bytesPerEntry),
        mebibytes(row.residentBytes),
      ]),
    ),
  );
}
