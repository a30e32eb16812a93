import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectGood, expectRefusal, expectSoundProcess } from '../support/attack.js';
import {
  CAEP,
  eventToken,
  logoutToken,
  outcomeOf,
  postEvent,
  postLogout,
  RECEIVER,
} from '../support/security-events.js';

expectSoundProcess();

const AUDIENCE = 'https://api.example.com';
const EVENT = { [`${CAEP}/credential-change`]: {} };

/** What nobody may reach who is no issuer and no transmitter. */
describe.each(ADAPTERS)('S41 attacks by way of events, on %s', (adapter) => {
  let issuer: TestIssuer;
  let partner: TestIssuer;
  let stranger: TestIssuer;
  let application: TestApplication;
  let store: MemoryRevocationStore;

  const start = (): Promise<TestApplication> =>
    startApplication(
      {
        issuers: [issuer, partner].map((one) =>
          one.config({ backChannelLogout: { clientId: 'notes-client' } }),
        ),
        revocation: { store },
        backChannelLogout: {},
        sharedSignals: {
          transmitters: [issuer, partner].map((one) => ({
            issuer: one.issuer,
            audience: RECEIVER,
          })),
        },
        guardEveryRoute: true,
      },
      { adapter },
    );

  beforeAll(async () => {
    [issuer, partner, stranger] = await Promise.all([
      createTestIssuer(),
      createTestIssuer(),
      createTestIssuer(),
    ]);
    store = new MemoryRevocationStore();
    application = await start();
  });
  afterAll(() =>
    Promise.all([application.close(), ...[issuer, partner, stranger].map((one) => one.close())]),
  );

  const target = () => ({ application, good: () => issuer.token() });

  it.each([
    ['a logout token', () => logoutToken(issuer, { aud: [AUDIENCE, 'notes-client'] })],
    [
      'a security event token',
      () => eventToken(issuer, EVENT, { aud: AUDIENCE, sub: 'alice', exp: 4e9 }),
    ],
  ])('%s is no access token', async (_what, make) => {
    await expectRefusal(target(), make(), 'claims_invalid');
  });

  it.each([
    ['an access token', () => issuer.token({ audience: 'notes-client' })],
    [
      'an access token that says logout',
      () =>
        issuer.token({
          audience: 'notes-client',
          claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
        }),
    ],
    ['an ID token', () => issuer.token({ type: 'JWT', audience: 'notes-client' })],
    ['a security event token', () => eventToken(issuer, EVENT, { aud: 'notes-client' })],
  ])('%s is no logout token', async (_what, make) => {
    const token = issuer.token();
    expect((await postLogout(application, make())).status).toBe(400);
    await expectGood(application, token);
  });

  it.each([
    ['an access token', () => issuer.token({ audience: RECEIVER })],
    ['a logout token', () => logoutToken(issuer, { aud: RECEIVER })],
  ])('%s is no security event token', async (_what, make) => {
    const token = issuer.token();
    expect((await postEvent(application, make())).status).toBe(400);
    await expectGood(application, token);
  });

  it('an issuer logs out no user of another issuer', async () => {
    const token = issuer.token({ subject: 'vera', claims: { sid: 'of-vera' } });
    // In its own name, in that of the other one, and with the other one as the subject's.
    await postLogout(application, logoutToken(partner, { sub: 'vera', sid: 'of-vera' }));
    await postLogout(application, logoutToken(partner, { iss: issuer.issuer, sub: 'vera' }));
    const sub_id = { format: 'iss_sub', iss: issuer.issuer, sub: 'vera' };
    const session = { format: 'opaque', id: 'of-vera' };
    await postEvent(application, eventToken(partner, EVENT, { sub_id }));
    for (const user of [sub_id, undefined])
      await postEvent(
        application,
        eventToken(
          partner,
          { [`${CAEP}/session-revoked`]: {} },
          { sub_id: { format: 'complex', user, session } },
        ),
      );
    await expectGood(application, token);
  });

  it('a token that was caught ends nothing more, in whatever process it is sent again', async () => {
    const at = Math.floor(Date.now() / 1_000) - 60;
    const [before, after] = [at - 1, at + 1].map((iat) =>
      issuer.token({ subject: 'wanda', claims: { iat } }),
    ) as [string, string];
    const sub_id = { format: 'iss_sub', iss: issuer.issuer, sub: 'wanda' };
    const logout = logoutToken(issuer, { sub: 'wanda', iat: at });
    const signal = eventToken(issuer, EVENT, { sub_id, iat: at });
    expect((await postLogout(application, logout)).status).toBe(200);
    expect((await postEvent(application, signal)).status).toBe(202);
    const another = await start();
    try {
      for (const process of [application, another]) {
        await postLogout(process, logout);
        await postEvent(process, signal);
        expect(await outcomeOf(process, before)).toBe('token_revoked');
        expect(await outcomeOf(process, after)).toBe(200);
      }
    } finally {
      await another.close();
    }
  });

  it.each(['__proto__', 'constructor', 'toString'])('%s is no user and no event', async (name) => {
    expect((await postLogout(application, logoutToken(issuer, { iss: name }))).status).toBe(400);
    expect((await postEvent(application, eventToken(issuer, EVENT, { iss: name }))).status).toBe(
      400,
    );
    const events = JSON.parse(`{"${name}":{}}`) as object;
    expect((await postEvent(application, eventToken(issuer, events))).status).toBe(202);
    const subject = { sub_id: { format: name, [name]: 'alice' } };
    expect((await postEvent(application, eventToken(issuer, EVENT, subject))).status).toBe(202);
    await expectGood(application, issuer.token());
  });

  it('a flood in the name of strangers costs no look at any key', async () => {
    await expectGood(application, issuer.token());
    const asked = [issuer, partner, stranger].map(({ requests }) => requests.length);
    const statuses = await Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        const claims = { iss: `${stranger.issuer}/${index}` };
        const answers = [
          await postLogout(application, logoutToken(stranger, claims)),
          await postEvent(application, eventToken(stranger, EVENT, claims)),
        ];
        return answers.map(({ status }) => status);
      }),
    );
    expect(new Set(statuses.flat())).toEqual(new Set([400]));
    expect([issuer, partner, stranger].map(({ requests }) => requests.length)).toEqual(asked);
    await expectGood(application, issuer.token());
  });

  it('a flood of forgeries with unknown keys fetches keys no more often than one does', async () => {
    await expectGood(application, partner.token());
    const asked = partner.requests.length;
    const forged = Array.from({ length: 300 }, (_, index) =>
      logoutToken(stranger, { iss: partner.issuer }, { kid: `key-${index}` }),
    );
    const answers = await Promise.all(forged.map((token) => postLogout(application, token)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => [400, 429, 503].includes(status))).toBe(true);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    // Discovery and key set, at most once for a key that nobody knows.
    expect(partner.requests.length - asked).toBeLessThanOrEqual(2);
    await expectGood(application, partner.token());
  });

  it.each(['/backchannel-logout', '/ssf/events'])(
    'a client that sends half of a body to %s, or goes away, delays no other',
    async (path) => {
      const type =
        path === '/ssf/events' ? 'application/secevent+jwt' : 'application/x-www-form-urlencoded';
      const { port } = new URL(application.url);
      const sockets = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const socket = connect(Number(port), '127.0.0.1');
          await once(socket, 'connect');
          socket.on('error', () => undefined);
          socket.write(
            `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\nlogout_token=a`,
          );
          return socket;
        }),
      );
      await expectGood(application, issuer.token());
      for (const socket of sockets) socket.destroy();
      await expectGood(application, issuer.token());
    },
  );

  it.each<[what: string, put: () => unknown]>([
    ['rejects', () => Promise.reject(new Error('away'))],
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
    ['rejects with nothing', () => Promise.reject()],
    ['never answers', () => new Promise(() => undefined)],
  ])(
    'a store that %s: 503, nothing lost when the token comes again',
    async (what, put) => {
      const original = store.put.bind(store);
      const subject = `user of a store that ${what}`;
      const sub_id = { format: 'iss_sub', iss: issuer.issuer, sub: subject };
      const token = issuer.token({ subject });
      const logout = logoutToken(issuer, { sub: subject });
      const signal = eventToken(issuer, EVENT, { sub_id });
      store.put = put as typeof store.put;
      const failed = await Promise.all([
        postLogout(application, logout),
        postEvent(application, signal),
      ]);
      expect(failed.map(({ status }) => status)).toEqual([503, 503]);
      store.put = original;
      expect((await postLogout(application, logout)).status).toBe(200);
      expect((await postEvent(application, signal)).status).toBe(202);
      expect(await outcomeOf(application, token)).toBe('token_revoked');
    },
    20_000,
  );
});
