// Packs the package and tests it with gateways and microservices on Nest 11; on Nest 12 test/e2e does.
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { ROOT, run, step, temporaryFolder } from './steps.mjs';

const folder = temporaryFolder();
cpSync(`${ROOT}test/package/transports`, folder, { recursive: true });
const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const options = ['--no-save', '--prefer-offline', '--no-audit', '--no-fund'];

await step('packed', () =>
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], ROOT),
);
await step('installed', () =>
  run('npm', ['install', ...options, `./nestjs-trusted-issuers-${version}.tgz`], folder),
);
await step('compiled', () => run('npx', ['tsc'], folder));
await step('tested', async () => {
  // By name: Node 20 knows no patterns here, and later ones no folders.
  const files = readdirSync(`${folder}/dist`).filter((name) => name.endsWith('.test.js'));
  const { stdout } = await run(
    process.execPath,
    ['--test', '--test-reporter=spec', ...files.map((name) => `dist/${name}`)],
    folder,
  );
  console.log(stdout);
});
