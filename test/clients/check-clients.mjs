// Measures what clients do by themselves with a refusal, and compares it with the table in docs/clients.md;
// `--write` writes that. Packages of npm are installed into a temporary folder.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { ROOT, run, step, temporaryFolder } from '../package/steps.mjs';
import { startApi } from './api.mjs';
import { startBrowser } from './chromium.mjs';
import { COMMANDS } from './commands.mjs';
import { measure } from './measure.mjs';

const PAGE = `${ROOT}docs/clients.md`;
const TABLE = /<!-- clients: [^\n]* -->\n[\s\S]*?<!-- \/clients -->/;
const HERE = new URL('.', import.meta.url);

const versions = JSON.parse(readFileSync(new URL('versions.json', HERE), 'utf8'));
const folder = temporaryFolder();
await step(`installed ${Object.keys(versions).length} packages`, async () => {
  writeFileSync(
    `${folder}/package.json`,
    JSON.stringify({ private: true, type: 'module', dependencies: versions }),
  );
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], folder);
  copyFileSync(new URL('npm-clients.mjs', HERE), `${folder}/npm-clients.mjs`);
});
const { NPM_CLIENTS } = await import(pathToFileURL(`${folder}/npm-clients.mjs`));

const api = await startApi();
const browser = await startBrowser();
const clients = [
  ...NPM_CLIENTS.map(([name, pack, call, place]) => ({
    ...{ name, call, place, version: pack === undefined ? process.versions.node : versions[pack] },
    hidesChallenge: false,
  })),
  ...(await Promise.all(
    COMMANDS.map(async ([name, version, call, place]) => ({
      name,
      call,
      place,
      version: await version(),
    })),
  )),
  ...(browser?.clients ?? []).map(([name, call, place]) => ({
    ...{ name, call, place, version: browser.version },
    hidesChallenge: !name.includes('exposedHeaders'),
    getsOnly: name.includes('EventSource'),
  })),
];
if (browser === undefined) console.log('NOT RUN: Chromium is not here; CHROMIUM=/path names one.');

const rows = [];
for (const client of clients) {
  if (client.version === undefined) console.log(`NOT RUN: ${client.name} is not installed.`);
  else rows.push(await step(client.name, () => measure(api, client)));
}
await Promise.all([api.close(), browser?.close()]);

const page = readFileSync(PAGE, 'utf8');
const table = [
  '<!-- clients: measured by `npm run check:clients` -->',
  '| client | version | 401, 403 and 400 | GET, 503 | POST, 503 | the challenge |',
  '|---|---|---|---|---|---|',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '<!-- /clients -->',
].join('\n');
const measured = await prettier.format(
  page.replace(TABLE, () => table),
  {
    ...(await prettier.resolveConfig(PAGE)),
    parser: 'markdown',
  },
);
if (process.argv.includes('--write')) {
  writeFileSync(PAGE, measured);
  console.log('written: docs/clients.md');
} else {
  const documented = new Set(page.split('\n'));
  const changed = measured
    .split('\n')
    .filter((line) => line.startsWith('|') && !documented.has(line));
  for (const line of changed) console.error(`not so in docs/clients.md: ${line}`);
  process.exit(changed.length > 0 ? 1 : 0);
}
process.exit(0);
