import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { AuthModule, MemoryRevocationStore, TrustedIssuers } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication } from '../support/application.js';
import {
  CAEP,
  eventToken,
  logoutToken,
  outcomeOf,
  postEvent,
  postLogout,
  RECEIVER,
} from '../support/security-events.js';

const backChannelLogout = { clientId: 'notes-client' };
const TENANTS = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const EVENT = { [`${CAEP}/credential-change`]: {} };

const settings = () => ({
  revocation: { store: new MemoryRevocationStore() },
  backChannelLogout: {},
});

/** Issuers of every form send logout tokens. */
describe('Logouts of', () => {
  it('one tenant of a template end nothing of another one', async () => {
    await using server = await createTestIssuer();
    const [one, two] = TENANTS.map((tenant) => `https://login.example.com/${tenant}/v2.0`);
    const template = 'https://login.example.com/{tenantid}/v2.0';
    const application = await startApplication({
      ...settings(),
      issuers: [
        {
          ...{ issuer: template, tenants: 'any', audience: 'https://api.example.com' },
          keys: { jwks: server.jwks },
          backChannelLogout,
        },
      ],
      sharedSignals: {
        transmitters: [{ issuer: one ?? '', audience: RECEIVER, keys: { jwks: server.jwks } }],
      },
    });
    try {
      const ofTenant = (iss: string | undefined, tid: string | undefined): string =>
        server.token({ claims: { iss, tid } });
      const [ended, kept] = [ofTenant(one, TENANTS[0]), ofTenant(two, TENANTS[1])];
      // A transmitter that is one tenant does not speak of the other.
      const sub_id = { format: 'iss_sub', iss: two, sub: 'alice' };
      const event = eventToken(server, EVENT, { iss: one, sub_id });
      expect((await postEvent(application, event)).status).toBe(202);
      expect(await outcomeOf(application, kept)).toBe(200);
      expect((await postLogout(application, logoutToken(server, { iss: one }))).status).toBe(200);
      expect(await outcomeOf(application, ended)).toBe('token_revoked');
      expect(await outcomeOf(application, kept)).toBe(200);
    } finally {
      await application.close();
    }
  });

  it('an issuer with aliases end its tokens under every name', async () => {
    await using issuer = await createTestIssuer();
    const alias = 'http://login.internal.example.com';
    const application = await startApplication({
      ...settings(),
      issuers: [issuer.config({ issuerAliases: [alias], backChannelLogout })],
    });
    try {
      const token = issuer.token();
      const logout = logoutToken(issuer, { iss: alias });
      expect((await postLogout(application, logout)).status).toBe(200);
      expect(await outcomeOf(application, token)).toBe('token_revoked');
    } finally {
      await application.close();
    }
  });

  it('an issuer whose subjects are named otherwise end tokens by their "sub" all the same', async () => {
    await using issuer = await createTestIssuer();
    const application = await startApplication({
      ...settings(),
      issuers: [issuer.config({ identity: { subject: 'oid' }, backChannelLogout })],
    });
    try {
      const token = issuer.token({ claims: { oid: 'object-of-alice' } });
      expect(await outcomeOf(application, token)).toBe(200);
      expect((await postLogout(application, logoutToken(issuer))).status).toBe(200);
      expect(await outcomeOf(application, token)).toBe('token_revoked');
    } finally {
      await application.close();
    }
  });

  it('an issuer that is added, replaced and removed are taken as long as it is trusted', async () => {
    await using first = await createTestIssuer();
    await using later = await createTestIssuer();
    const application = await startApplication({
      ...settings(),
      issuers: [first.config({ backChannelLogout })],
    });
    const statusOf = async (): Promise<number> =>
      (await postLogout(application, logoutToken(later))).status;
    try {
      const trusted = application.app.get(TrustedIssuers);
      expect(await statusOf()).toBe(400);
      trusted.add(later.config({ backChannelLogout }));
      expect(await statusOf()).toBe(200);
      trusted.replace(later.config());
      expect(await statusOf()).toBe(400);
      trusted.replace(later.config({ backChannelLogout }));
      expect(await statusOf()).toBe(200);
      trusted.remove(later.issuer);
      expect(await statusOf()).toBe(400);
    } finally {
      await application.close();
    }
  });

  it('an issuer that resolveIssuer gives are taken', async () => {
    await using issuer = await createTestIssuer();
    const application = await startApplication({
      ...settings(),
      resolveIssuer: {
        origins: [new URL(issuer.issuer).origin],
        resolve: () => issuer.config({ backChannelLogout }),
      },
    });
    try {
      const token = issuer.token();
      expect((await postLogout(application, logoutToken(issuer))).status).toBe(200);
      expect(await outcomeOf(application, token)).toBe('token_revoked');
    } finally {
      await application.close();
    }
  });

  it('an issuer that gets new keys are verified with those', async () => {
    await using issuer = await createTestIssuer();
    const application = await startApplication({
      ...settings(),
      issuers: [issuer.config({ backChannelLogout })],
    });
    try {
      expect((await postLogout(application, logoutToken(issuer))).status).toBe(200);
      await issuer.rotateKeys({ keepOld: false });
      expect((await postLogout(application, logoutToken(issuer))).status).toBe(200);
    } finally {
      await application.close();
    }
  });
});

it('Without HTTP there are no endpoints, and the application starts', async () => {
  @Module({
    imports: [
      AuthModule.forRoot({
        ...settings(),
        audience: 'https://api.example.com',
        issuers: [{ issuer: 'https://login.example.com', backChannelLogout }],
      }),
    ],
  })
  class Worker {}
  const context = await NestFactory.createApplicationContext(Worker, { logger: false });
  expect(context.get(TrustedIssuers).list()).toHaveLength(1);
  await context.close();
});
