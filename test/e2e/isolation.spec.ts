import { Module, type Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { describe, expect, it } from '@jest/globals';
import { AuthConfigurationError, AuthModule, type Identity } from 'nestjs-trusted-issuers';
import type { TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import passport from 'passport';
import {
  ADAPTERS,
  startApplication,
  startModule,
  type TestApplication,
} from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';
import { opened } from '../support/opened.js';

const { keep, issuer: issuerWith } = opened();

describe.each(ADAPTERS)('Isolation on %s', (adapter) => {
  it('two applications in one process accept only their own issuer’s tokens', async () => {
    const issuers = [await issuerWith(), await issuerWith()] as const;
    const applications: TestApplication[] = [];
    for (const issuer of issuers)
      applications.push(await startApplication({ issuers: [issuer.config()] }, { adapter }));
    applications.forEach(keep);
    for (const [a, application] of applications.entries())
      for (const [i, issuer] of issuers.entries()) {
        const answer = await application.get('/notes', issuer.token());
        expect([answer.status, answer.json]).toMatchObject(
          a === i ? [200, { issuer: issuer.issuer }] : [401, { code: 'issuer_untrusted' }],
        );
      }
  });

  it('nothing is registered by name in passport’s process-wide registry', async () => {
    const issuer = await issuerWith();
    const application = await startApplication({ issuers: [issuer.config()] }, { adapter });
    keep(application);
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
    const { _strategies } = passport as unknown as { _strategies: Record<string, unknown> };
    expect(Object.keys(_strategies)).toEqual(['session']);
  });

  it('a user’s own PassportModule.register changes nothing', async () => {
    const issuer = await issuerWith();
    const application = await startApplication(
      { issuers: [issuer.config()] },
      {
        adapter,
        imports: [PassportModule.register({ defaultStrategy: 'local', property: 'account' })],
      },
    );
    keep(application);
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
    expect(await application.get('/notes')).toBeUnauthorized('auth_required');
  });

  it('90 concurrent requests of different callers never see each other’s identity', async () => {
    const issuers = [await issuerWith(), await issuerWith(), await issuerWith()];
    for (const issuer of issuers) issuer.stall(50);
    const application = await startApplication(
      { issuers: issuers.map((issuer) => issuer.config()) },
      { adapter },
    );
    keep(application);
    const calls = Array.from({ length: 90 }, async (_value, index) => {
      const issuer = issuers[index % 3] as TestIssuer;
      const subject = `caller-${index}`;
      const kind = Math.floor(index / 3) % 3;
      if (kind === 1) {
        const answer = await application.get('/notes', issuer.tamperedToken({ subject }));
        expect(answer).toBeUnauthorized('signature_invalid');
      } else {
        const answer = await application.get('/notes/identity', issuer.token({ subject }));
        expect((answer.json as Identity).id).toBe(`${issuer.issuer}|${subject}`);
      }
    });
    expect((await Promise.all(calls)).length).toBe(90);
  });
});

describe('forRoot twice in one application', () => {
  const start = async (...imports: unknown[]): Promise<TestApplication> => {
    const application = await startModule({
      imports: imports as Type[],
      controllers: [NotesController],
    });
    keep(application);
    return application;
  };

  it('stops the start with a message that says what to do', async () => {
    const [one, two] = [await issuerWith(), await issuerWith()];
    @Module({ imports: [AuthModule.forRoot({ issuers: [two.config()] })] })
    class FeatureModule {}
    const starting = start(AuthModule.forRoot({ issuers: [one.config()] }), FeatureModule);
    await expect(starting).rejects.toThrow(AuthConfigurationError);
    await expect(starting).rejects.toThrow(
      /AuthModule: is configured 2 times in one application.*Call forRoot or forRootAsync once/s,
    );
  });

  it('is noticed in a module that is loaded later', async () => {
    const [one, two] = [await issuerWith(), await issuerWith()];
    const application = await start(AuthModule.forRoot({ issuers: [one.config()] }));
    @Module({ imports: [AuthModule.forRoot({ issuers: [two.config()] })] })
    class LateModule {}
    const loader = application.app.get(LazyModuleLoader);
    await expect(loader.load(() => LateModule)).rejects.toThrow('is configured 2 times');
    expect((await application.get('/notes', one.token())).status).toBe(200);
  });

  it('the same module imported in two places is one', async () => {
    const issuer = await issuerWith();
    const auth = AuthModule.forRoot({ issuers: [issuer.config()] });
    @Module({ imports: [auth] })
    class FeatureModule {}
    const application = await start(auth, FeatureModule);
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
  });
});
