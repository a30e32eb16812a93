// Says how large the package is, part by part, and fails where it is far beyond what is meant.
import { execFileSync } from 'node:child_process';

/**
 * Well above what is measured, because growth with the features is no fault: this catches what was
 * not meant to be published (fixtures, measurements, a dependency bundled by mistake).
 */
const BUDGET = { packedBytes: 1_900_000, unpackedBytes: 7_200_000, files: 250 };

const PARTS = [
  ['ESM', /^dist\/esm\/.*\.js$/],
  ['ESM, declarations', /^dist\/esm\/.*\.d\.ts$/],
  ['ESM, source maps', /^dist\/esm\/.*\.map$/],
  ['CommonJS', /^dist\/cjs\/.*\.js$/],
  ['CommonJS, declarations', /^dist\/cjs\/.*\.d\.ts$/],
  ['CommonJS, source maps', /^dist\/cjs\/.*\.map$/],
  ['everything else', /^/],
];

const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 25 };
const [{ size, unpackedSize, files }] = JSON.parse(execFileSync('npm', pack, options));

const measured = new Map(PARTS.map(([name]) => [name, { bytes: 0, files: 0 }]));
for (const { path, size: bytes } of files) {
  const [name] = PARTS.find(([, pattern]) => pattern.test(path));
  const part = measured.get(name);
  part.bytes += bytes;
  part.files += 1;
}
const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`.padStart(8);
const row = (name, bytes, count) =>
  console.log(`${name.padEnd(30)}${kilobytes(bytes)}${String(count).padStart(7)} files`);
for (const [name, part] of measured) row(name, part.bytes, part.files);
row('unpacked', unpackedSize, files.length);
row('packed', size, 1);

const is = { packedBytes: size, unpackedBytes: unpackedSize, files: files.length };
const exceeded = Object.keys(BUDGET).filter((figure) => is[figure] > BUDGET[figure]);
for (const figure of exceeded)
  console.error(`The package has ${is[figure]} ${figure}, and ${BUDGET[figure]} is its budget.`);
if (exceeded.length > 0) {
  console.error(
    'See `npm pack --dry-run` for what does not belong; else raise it in scripts/check-package-size.mjs.',
  );
  process.exitCode = 1;
}
