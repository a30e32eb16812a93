// What the README's install line adds to the production image of an application that `nest new` of
// Nest 12 has made, whose test runner is a development dependency.
import { cpSync } from 'node:fs';
import { noTestRunner, packagesIn } from './installed.mjs';
import { ROOT, run, step, temporaryFolder } from './steps.mjs';

/** The package, what it depends on, passport and what that depends on. */
const MOST_PACKAGES = 30;

export async function checkProductionInstall(tarball) {
  const folder = temporaryFolder();
  cpSync(`${ROOT}test/package/scaffold`, folder, { recursive: true });
  const npm = (...args) =>
    run('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], folder);
  const without = await step('scaffold: installed with --omit=dev', async () => {
    await npm('install', '--omit=dev');
    return packagesIn(folder);
  });
  await step('scaffold: the package, @nestjs/passport and passport added', () =>
    npm('install', '--omit=dev', tarball, '@nestjs/passport', 'passport'),
  );
  await step('scaffold: no test runner is there', () => noTestRunner(folder));
  await step(`scaffold: at most ${MOST_PACKAGES} packages more`, () => {
    const more = packagesIn(folder).length - without.length;
    console.log(`     ${without.length} packages, ${more} more with the package`);
    if (more > MOST_PACKAGES) throw new Error(`${more} packages more: ${packagesIn(folder)}`);
  });
}
