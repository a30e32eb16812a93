// One application that loads the package by `import` in one file and by `require` in another.
import 'reflect-metadata';
import { Module, UnauthorizedException } from '@nestjs/common';
import { BaseExceptionFilter, NestFactory } from '@nestjs/core';
import * as imported from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { notesControllerOf, required } from './notes.controller.cjs';

const require = createRequire(import.meta.url);
const issuer = await createTestIssuer();

// Node.js gives both the same copy, so that classes are one too.
assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
assert.ok(Object.entries(imported).every(([name, value]) => required[name] === value));
await check(imported, required);

// A bundler, or a test runner, may load both copies. Tokens and metadata are still one.
const folder = dirname(require.resolve('nestjs-trusted-issuers/package.json'));
const copy = require(`${folder}/dist/cjs/index.js`);
assert.notEqual(copy.JwtAuthGuard, imported.JwtAuthGuard);
await check(imported, copy);
await check(copy, imported);

await checkTwice(imported, copy);

await issuer.close();
console.log('both forms are one');

/** The application configures one form of the package and guards its routes with the other. */
async function check({ AuthModule }, library) {
  class AppModule {}
  Module({
    imports: [AuthModule.forRoot({ issuers: [issuer.config()] })],
    controllers: [notesControllerOf(library)],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
  const caught = [];
  class Witness extends BaseExceptionFilter {
    catch(exception, host) {
      caught.push(exception);
      super.catch(exception, host);
    }
  }
  app.useGlobalFilters(new Witness(app.getHttpAdapter()));
  await app.listen(0, '127.0.0.1');
  const get = async (path, token) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(`${await app.getUrl()}${path}`, { headers });
  };
  assert.deepEqual(await (await get('/notes', issuer.token())).json(), { caller: 'alice' });
  assert.deepEqual(await (await get('/notes/about')).json(), { about: 'notes' });
  const refused = await get('/notes', issuer.expiredToken());
  assert.equal(refused.status, 401);
  assert.equal((await refused.json()).code, 'token_expired');
  assert.match(refused.headers.get('www-authenticate'), /error="invalid_token"/);
  assert.equal(caught.length, 1);
  assert.ok(caught[0] instanceof UnauthorizedException);
  await app.close();
}

/** Two trust lists are one too many, also when each came from another copy. */
async function checkTwice(...libraries) {
  class AppModule {}
  Module({
    imports: libraries.map(({ AuthModule }) => AuthModule.forRoot({ issuers: [issuer.config()] })),
  })(AppModule);
  await assert.rejects(
    NestFactory.create(AppModule, { logger: false, abortOnError: false }).then((app) => app.init()),
    /configured 2 times in one application/,
  );
}
