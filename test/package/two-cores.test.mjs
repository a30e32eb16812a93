// A monorepo easily has two copies of @nestjs/core, one beside the application and one beside a library
// that its applications share. NestJS injects its own parts by class, of which each copy has others.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ROOT, run, temporaryFolder } from './steps.mjs';

const HERE = new URL('two-cores/', import.meta.url);
const NAME = 'nestjs-trusted-issuers';

describe('An application with another copy of @nestjs/core than its shared library', () => {
  let folder;
  before(() => {
    folder = temporaryFolder();
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, '@nestjs'), { recursive: true });
    linkAll('', (name) => name !== '@nestjs' && name !== NAME && !name.startsWith('.'));
    linkAll('@nestjs', (name) => name !== 'core');
    cpSync(join(ROOT, 'node_modules/@nestjs/core'), join(modules, '@nestjs/core'), {
      recursive: true,
    });
    mkdirSync(join(modules, NAME));
    cpSync(join(ROOT, 'dist'), join(modules, NAME, 'dist'), { recursive: true });
    copyFileSync(join(ROOT, 'package.json'), join(modules, NAME, 'package.json'));
    copyFileSync(new URL('application.mjs', HERE), join(folder, 'application.mjs'));

    function linkAll(scope, isLinked) {
      const from = join(ROOT, 'node_modules', scope);
      for (const name of readdirSync(from).filter(isLinked))
        symlinkSync(join(from, name), join(modules, scope, name), 'dir');
    }
  });

  for (const adapter of ['Express', 'Fastify']) {
    it(`guards the library's routes on ${adapter}`, async () => {
      const { found, ...rest } = await start(adapter, 'application');
      assert.deepEqual(rest, { twoCores: true, twoCopies: true });
      assert.deepEqual(found, [
        [200, 'notes'],
        [401, 'auth_required'],
        [200, 'bob'],
        [403, 'insufficient_scope'],
        [200, 'bob'],
        [401, 'step_up_required'],
        ['refused', 'auth_required'],
        ['connected', 'bob'],
      ]);
    });

    it(`says that there are two where the library's module is imported, on ${adapter}`, async () => {
      const { fault, found } = await start(adapter, 'library');
      assert.equal(found, undefined);
      assert.match(fault, /^AuthConfigurationError: .*another copy of @nestjs\/core/s);
      assert.match(fault, /npm ls @nestjs\/core/);
    });
  }

  async function start(adapter, moduleOf) {
    const library = new URL('shared-library.mjs', HERE).href;
    const args = [join(folder, 'application.mjs'), adapter, moduleOf, library];
    return JSON.parse((await run(process.execPath, args, folder)).stdout);
  }
});
