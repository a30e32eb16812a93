import { figure, mebibytes, number, paragraphs, table } from './format.mjs';

/** @param {any} result of the guard section */
export function guardReport({ algorithms, sizes, issuers }) {
  return paragraphs(
    '## The guard alone',
    'Microseconds for one call of `canActivate`, minus what the ceiling takes to make header, request and context. Ratios are to the row that is 1.00. Every call gets a new string. “All distinct” takes twice as many tokens as a cache may hold, in turn, so that none is found again; tokens have 800 bytes of claims. Contestants take turns in one process, in shuffled slices of some milliseconds; median and quartiles over the rounds. Those that find their tokens again take turns apart from the others: beside a dozen other guards a hit takes half as long again, and a server has one.',
    ...algorithms.map(algorithmTable),
    sizes && sizesTable(sizes),
    issuers && issuersTable(issuers),
  );
}

function algorithmTable({ algorithm, ceilingOfHits, rows }) {
  const [{ microseconds: ceiling }] = rows.filter(({ id }) => id === 'ceiling');
  return paragraphs(
    `### ${algorithm}`,
    table(
      ['contestant', 'µs', 'ratio'],
      rows
        .filter(({ id }) => id !== 'ceiling')
        .sort((a, b) => a.microseconds.median - b.microseconds.median)
        .map(({ label, microseconds, ratio }) => [label, figure(microseconds), figure(ratio)]),
    ),
    `The ceiling itself: ${number(ceilingOfHits.median)} µs beside the hits, ${number(ceiling.median)} µs beside the others. jose, one at a time, waits for another thread at every token, which is fast while that thread is awake and slow while it sleeps; with 64 in flight it uses the cores of the thread pool beside the main one.`,
  );
}

function sizesTable(sizes) {
  return paragraphs(
    '### Token size (RS256)',
    table(
      [
        'KiB',
        'jsonwebtoken, µs',
        'our miss, of it',
        'issuers by hand for passport, of it',
        'our miss, of `AuthGuard`',
        'our hit, µs',
        'fast-jwt’s hit, µs',
      ],
      sizes.map((row) => [
        String(row.kibibytes),
        figure(row.jsonwebtokenMicroseconds),
        figure(row.missOfJsonwebtoken),
        figure(row.byHandOfJsonwebtoken),
        figure(row.missOfAuthGuard),
        figure(row.hitMicroseconds),
        figure(row.fastJwtHitMicroseconds),
      ]),
    ),
    'Tokens over 8 KiB are not kept by our cache.',
  );
}

function issuersTable(issuers) {
  return paragraphs(
    '### Trusted issuers (RS256)',
    table(
      [
        'issuers',
        'miss, µs',
        'of the first row’s',
        'bare jsonwebtoken, of the first row’s',
        'hit, tokens of one issuer, µs',
        'of the first row’s',
        'hit, tokens of all, µs',
        'of the first row’s',
        'start, ms',
        'heap',
      ],
      issuers.map((row) => [
        row.issuers.toLocaleString('en'),
        figure(row.missMicroseconds),
        figure(row.missOfOne),
        figure(row.bareOfOne),
        figure(row.hitMicroseconds),
        figure(row.hitOfOne),
        figure(row.spreadHitMicroseconds),
        figure(row.spreadHitOfOne),
        number(row.startMs),
        mebibytes(row.heapBytes),
      ]),
    ),
    '1,000 tokens in turn: of one issuer in the middle of the list, which shows what a longer list costs; or spread over the list (as for misses), which adds that the processor’s cache does not hold the terms and keys of so many. Every issuer has a key of its own object. “Bare jsonwebtoken” finds the key of the same tokens in a `Map`.',
  );
}
