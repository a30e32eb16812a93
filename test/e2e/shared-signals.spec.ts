import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryRevocationStore, type SubjectIdentifier } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { MovableClock } from '../support/movable-clock.js';
import {
  CAEP,
  eventToken,
  outcomeOf,
  postEvent,
  RECEIVER,
  RISC,
  SSF,
} from '../support/security-events.js';

const ENDING = [
  `${CAEP}/session-revoked`,
  `${CAEP}/credential-change`,
  `${CAEP}/token-claims-change`,
  `${RISC}/account-disabled`,
  `${RISC}/account-purged`,
  `${RISC}/sessions-revoked`,
] as const;
const [SESSION_REVOKED, CREDENTIAL_CHANGE] = ENDING;

const USERS: Readonly<Record<string, string>> = { 'judy@example.com': 'judy' };

describe.each(ADAPTERS)('Shared signals on %s', (adapter) => {
  let issuer: TestIssuer;
  let other: TestIssuer;
  let hub: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    [issuer, other, hub] = await Promise.all([
      createTestIssuer(),
      createTestIssuer(),
      createTestIssuer(),
    ]);
    const subjectOf = async ({ format, email }: SubjectIdentifier) => {
      if (format !== 'email') return undefined;
      if (email === 'broken@example.com') throw new Error('the directory is away');
      if (email === 'wrong@example.com') return { issuer: issuer.issuer } as never;
      const subject = USERS[String(email)];
      return subject === undefined ? null : { issuer: issuer.issuer, subject };
    };
    application = await startApplication(
      {
        issuers: [issuer.config(), other.config()],
        revocation: { store: new MemoryRevocationStore() },
        sharedSignals: {
          transmitters: [
            { issuer: issuer.issuer, audience: RECEIVER },
            {
              issuer: hub.issuer,
              audience: ['https://other.example', RECEIVER],
              keys: { jwksUri: hub.jwksUri },
              subjectOf,
            },
          ],
        },
        guardEveryRoute: true,
      },
      { adapter },
    );
  });
  afterAll(() =>
    Promise.all([application.close(), ...[issuer, other, hub].map((one) => one.close())]),
  );

  const now = (): number => Math.floor(Date.now() / 1_000);
  const subject = (sub: string, iss = issuer.issuer): object => ({ format: 'iss_sub', iss, sub });
  const outcome = (token: string): Promise<unknown> => outcomeOf(application, token);
  const accepted = async (token: string): Promise<void> => {
    const answer = await postEvent(application, token);
    expect(answer).toMatchObject({ status: 202, text: '' });
    expect(answer.headers['cache-control']).toBe('no-store');
  };

  // RFC 8935 section 2.2.
  it.each(ENDING)('%s ends the tokens of its subject that were issued until then', async (uri) => {
    const sub = `user of ${uri}`;
    const at = now() - 60;
    const earlier = issuer.token({ subject: sub, claims: { iat: at - 1 } });
    const later = issuer.token({ subject: sub, claims: { iat: at + 1 } });
    expect(await outcome(earlier)).toBe(200);
    await accepted(
      eventToken(issuer, { [uri]: { event_timestamp: at } }, { sub_id: subject(sub) }),
    );
    expect(await outcome(earlier)).toBe('token_revoked');
    expect(await outcome(later)).toBe(200);
    expect(await outcome(other.token({ subject: sub }))).toBe(200);
  });

  it.each<[what: string, payload: object, claims: (at: number) => object]>([
    ['"toe"', {}, (at) => ({ toe: at })],
    ['"iat"', {}, (at) => ({ iat: at })],
    ['"iat" where the time has not come', { event_timestamp: 4e9 }, (at) => ({ iat: at })],
    ['"iat" where it is in milliseconds', { event_timestamp: 1.7e12 }, (at) => ({ iat: at })],
    ['"iat" where it is no time', { event_timestamp: 'now' }, (at) => ({ iat: at })],
    ['"iat" where it is before all time', { event_timestamp: -1 }, (at) => ({ iat: at })],
  ])('takes the time from %s', async (what, payload, claims) => {
    const at = now() - 60;
    const sub = `user by ${what}`;
    const earlier = issuer.token({ subject: sub, claims: { iat: at - 1 } });
    const later = issuer.token({ subject: sub, claims: { iat: at + 1 } });
    const changes = { sub_id: subject(sub), ...claims(at) };
    await accepted(eventToken(issuer, { [CREDENTIAL_CHANGE]: payload }, changes));
    expect(await outcome(earlier)).toBe('token_revoked');
    expect(await outcome(later)).toBe(200);
  });

  const inSession = (sid: string, sub: string): string =>
    issuer.token({ subject: sub, claims: { sid } });

  it('session-revoked ends one session where it is named', async () => {
    const [ended, kept] = [inSession('s1', 'kate'), inSession('s2', 'kate')];
    const nameless = issuer.token({ subject: 'kate' });
    const session = { format: 'opaque', id: 's1' };
    const sub_id = { format: 'complex', session, user: subject('kate') };
    await accepted(eventToken(issuer, { [SESSION_REVOKED]: {} }, { sub_id }));
    expect(await outcome(ended)).toBe('token_revoked');
    expect(await outcome(kept)).toBe(200);
    // It may be of any session.
    expect(await outcome(nameless)).toBe('token_revoked');
  });

  it('session-revoked takes an opaque subject for a session or a subject', async () => {
    const [ended, kept] = [inSession('s3', 'leo'), inSession('s4', 'leo')];
    const by = (id: string): string =>
      eventToken(issuer, { [SESSION_REVOKED]: {} }, { sub_id: { format: 'opaque', id } });
    await accepted(by('s3'));
    expect(await outcome(ended)).toBe('token_revoked');
    expect(await outcome(kept)).toBe(200);
    await accepted(by('leo'));
    expect(await outcome(kept)).toBe('token_revoked');
  });

  it('other events end all tokens of the user of a complex subject', async () => {
    const token = inSession('s5', 'mia');
    const session = { format: 'opaque', id: 'another session' };
    const sub_id = { format: 'complex', session, user: subject('mia'), device: { format: 'x' } };
    await accepted(eventToken(issuer, { [CREDENTIAL_CHANGE]: {} }, { sub_id }));
    expect(await outcome(token)).toBe('token_revoked');
  });

  it('session-revoked of a device ends all tokens of its user', async () => {
    const token = issuer.token({ subject: 'nina' });
    const device = { format: 'opaque', id: 'laptop' };
    const sub_id = { format: 'complex', user: subject('nina'), device };
    await accepted(eventToken(issuer, { [SESSION_REVOKED]: {} }, { sub_id }));
    expect(await outcome(token)).toBe('token_revoked');
  });

  it('an opaque subject is one of the transmitter', async () => {
    const token = issuer.token({ subject: 'olaf' });
    const sub_id = { format: 'opaque', id: 'olaf' };
    await accepted(eventToken(issuer, { [CREDENTIAL_CHANGE]: {} }, { sub_id }));
    expect(await outcome(token)).toBe('token_revoked');
  });

  it('an e-mail address is whom the application says', async () => {
    const token = issuer.token({ subject: 'judy' });
    const by = (from: TestIssuer, email: string): string =>
      eventToken(from, { [CREDENTIAL_CHANGE]: {} }, { sub_id: { format: 'email', email } });
    await accepted(by(issuer, 'judy@example.com'));
    await accepted(by(hub, 'stranger@example.com'));
    expect(await outcome(token)).toBe(200);
    await accepted(by(hub, 'judy@example.com'));
    expect(await outcome(token)).toBe('token_revoked');
  });

  it.each(['broken@example.com', 'wrong@example.com'])(
    'can’t tell when subjectOf fails: 503, and the event may come again (%s)',
    async (email) => {
      application.log.clear();
      const sub_id = { format: 'email', email };
      const answer = await postEvent(
        application,
        eventToken(hub, { [CREDENTIAL_CHANGE]: {} }, { sub_id }),
      );
      expect(answer).toMatchObject({ status: 503, text: '' });
      expect(answer.headers['retry-after']).toBe('5');
      expect(application.log.text()).toContain('sharedSignals: what a token demands');
      expect(application.log.text()).not.toContain(email);
    },
  );

  it('a transmitter that issues no tokens speaks of the subjects of every trusted issuer', async () => {
    const tokens = [issuer.token({ subject: 'pia' }), other.token({ subject: 'pia' })];
    for (const iss of [issuer.issuer, other.issuer])
      await accepted(eventToken(hub, { [CREDENTIAL_CHANGE]: {} }, { sub_id: subject('pia', iss) }));
    for (const token of tokens) expect(await outcome(token)).toBe('token_revoked');
  });

  it('one that issues tokens does not speak of those of another issuer', async () => {
    const token = other.token({ subject: 'quinn' });
    const sub_id = subject('quinn', other.issuer);
    await accepted(eventToken(issuer, { [CREDENTIAL_CHANGE]: {} }, { sub_id }));
    expect(await outcome(token)).toBe(200);
  });

  // RFC 8935 section 2: "MUST respond as it would if the SET had not been previously received".
  it('an event that comes again is answered as before and ends nothing more', async () => {
    const token = eventToken(
      issuer,
      { [CREDENTIAL_CHANGE]: {} },
      { sub_id: subject('ruth'), iat: now() - 60 },
    );
    await accepted(token);
    await accepted(token);
    expect(await outcome(issuer.token({ subject: 'ruth' }))).toBe(200);
  });

  // RFC 8417 section 2.2: what is not understood is ignored.
  it('takes events that it does not know, and does nothing', async () => {
    const token = issuer.token({ subject: 'sam' });
    for (const uri of [`${CAEP}/device-compliance-change`, `${SSF}/stream-updated`, 'urn:x:y'])
      await accepted(eventToken(issuer, { [uri]: { a: 1 } }, { sub_id: subject('sam') }));
    await accepted(eventToken(issuer, { [`${RISC}/account-enabled`]: {} }, { sub_id: undefined }));
    expect(await outcome(token)).toBe(200);
  });

  // RFC 8935 sections 2.3 and 2.4.
  it.each<[what: string, token: () => string, err: string, description: string]>([
    ['nothing', () => '', 'invalid_request', 'no signed JWT'],
    ['what is no token', () => '{"events":{}}', 'invalid_request', 'no signed JWT'],
    ['an access token', () => issuer.token({ audience: RECEIVER }), 'invalid_request', '"typ"'],
    ['no "typ"', () => signal({}, { typ: undefined }), 'invalid_request', '"typ"'],
    ['"alg" none', () => signal({}, { alg: 'none' }), 'invalid_key', '"alg"'],
    ['a shared secret', () => signal({}, { alg: 'HS256' }), 'invalid_key', '"alg"'],
    ['another issuer', () => signal({ iss: 'https://ssf.example' }), 'invalid_issuer', '"iss"'],
    [
      'a trusted issuer that is no transmitter',
      () => eventToken(other, { [CREDENTIAL_CHANGE]: {} }),
      'invalid_issuer',
      '"iss"',
    ],
    [
      'the keys of another issuer',
      () => eventToken(other, { [CREDENTIAL_CHANGE]: {} }, { iss: issuer.issuer }),
      'invalid_key',
      'no key of this issuer',
    ],
    ['another audience', () => signal({ aud: 'https://other' }), 'invalid_audience', '"aud"'],
    ['no audience', () => signal({ aud: undefined }), 'invalid_audience', '"aud"'],
    ['no "iat"', () => signal({ iat: undefined }), 'invalid_request', '"iat" is missing'],
    ['"iat" in the future', () => signal({ iat: 4e9 }), 'invalid_request', '"iat" lies in the'],
    ['no "jti"', () => signal({ jti: undefined }), 'invalid_request', '"jti" is missing'],
    ['"sub"', () => signal({ sub: 'alice' }), 'invalid_request', '"sub" is there'],
    ['"exp"', () => signal({ exp: 4e9 }), 'invalid_request', '"exp" is there'],
    ['no "events"', () => signal({ events: undefined }), 'invalid_request', '"events"'],
    ['no event', () => signal({ events: {} }), 'invalid_request', '"events"'],
    ['events as a list', () => signal({ events: [{}] }), 'invalid_request', '"events"'],
    ['a payload that is text', () => signal({ events: { a: 'b' } }), 'invalid_request', '"events"'],
    ['no "sub_id"', () => signal({ sub_id: undefined }), 'invalid_request', '"sub_id"'],
    ['"sub_id" as text', () => signal({ sub_id: 'alice' }), 'invalid_request', '"sub_id"'],
    [
      '"sub_id" without format',
      () => signal({ sub_id: { id: 'a' } }),
      'invalid_request',
      '"sub_id"',
    ],
  ])('refuses %s with 400 and its code', async (_what, make, err, description) => {
    const answer = await postEvent(application, make());
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/^application\/json/),
    });
    expect(answer.json).toEqual({ err, description: expect.stringContaining(description) });
    expect(await outcome(issuer.token({ subject: 'alice' }))).toBe(200);
  });

  const signal = (claims: object, header: object = {}): string =>
    eventToken(issuer, { [CREDENTIAL_CHANGE]: {} }, { ...claims }, { ...header });

  it.each<[what: string, type: string, body: string]>([
    ['JSON', 'application/json', '{}'],
    ['a form', 'application/x-www-form-urlencoded', 'a=b'],
    ['more than a token', 'application/secevent+jwt', 'a'.repeat(60_000)],
  ])('refuses a body with %s', async (_what, type, body) => {
    const answer = await application.call('/ssf/events', {
      method: 'POST',
      headers: [['Content-Type', type]],
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ err: 'invalid_request' });
  });

  it('takes parameters of the media type, and white space around the token', async () => {
    const answer = await application.call('/ssf/events', {
      method: 'POST',
      headers: [['Content-Type', 'Application/SecEvent+JWT; charset=utf-8']],
      body: `\n${signal({ sub_id: subject('tom') })}\r\n`,
    });
    expect(answer.status).toBe(202);
  });
});

describe.each(ADAPTERS)('The receiver of shared signals on %s', (adapter) => {
  it('answers 429 over 50 unverified tokens a second and transmitter', async () => {
    const clock = new MovableClock();
    const [issuer, forger] = await Promise.all([createTestIssuer(), createTestIssuer()]);
    const application = await startApplication(
      {
        issuers: [issuer.config()],
        revocation: { store: new MemoryRevocationStore() },
        sharedSignals: { transmitters: [{ issuer: issuer.issuer, audience: RECEIVER }] },
      },
      { adapter, clock },
    );
    const good = (): string => eventToken(issuer, { [CREDENTIAL_CHANGE]: {} });
    try {
      const caught = good();
      for (let index = 0; index < 60; index++)
        expect((await postEvent(application, good())).status).toBe(202);
      expect((await postEvent(application, caught)).status).toBe(202);
      // One that was caught and is sent again counts as those do that anybody can make.
      for (let index = 0; index < 25; index++)
        expect((await postEvent(application, caught)).status).toBe(202);
      for (let index = 0; index < 25; index++) {
        const forged = eventToken(forger, { [CREDENTIAL_CHANGE]: {} }, { iss: issuer.issuer });
        expect((await postEvent(application, forged)).status).toBe(400);
      }
      const refused = await postEvent(application, caught);
      expect(refused).toMatchObject({ status: 429, text: '' });
      expect(refused.headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
      clock.advance(1);
      expect((await postEvent(application, good())).status).toBe(202);
    } finally {
      await application.close();
      await Promise.all([issuer.close(), forger.close()]);
    }
  });

  it('says once in the log that no user matches the subjects of a transmitter', async () => {
    await using issuer = await createTestIssuer();
    const application = await startApplication(
      {
        issuers: [issuer.config()],
        revocation: { store: new MemoryRevocationStore() },
        sharedSignals: { transmitters: [{ issuer: issuer.issuer, audience: RECEIVER }] },
      },
      { adapter },
    );
    try {
      for (const phone_number of ['+1 206 555 0100', '+1 206 555 0101']) {
        const sub_id = { format: 'phone_number', phone_number };
        const token = eventToken(issuer, { [CREDENTIAL_CHANGE]: {} }, { sub_id });
        expect((await postEvent(application, token)).status).toBe(202);
      }
      const said = application.log.text().match(/Map its subjects in subjectOf/g);
      expect(said).toHaveLength(1);
      expect(application.log.text()).not.toContain('206 555');
    } finally {
      await application.close();
    }
  });

  it('can’t tell without the keys of a transmitter or the store', async () => {
    const [issuer, hub] = await Promise.all([createTestIssuer(), createTestIssuer()]);
    const store = new MemoryRevocationStore();
    const application = await startApplication(
      {
        issuers: [issuer.config()],
        revocation: { store },
        sharedSignals: {
          transmitters: [
            { issuer: issuer.issuer, audience: RECEIVER },
            { issuer: hub.issuer, audience: RECEIVER, keys: { jwksUri: hub.jwksUri } },
          ],
        },
      },
      { adapter },
    );
    try {
      hub.goDown();
      const unavailable = await postEvent(
        application,
        eventToken(hub, { [CREDENTIAL_CHANGE]: {} }),
      );
      expect(unavailable).toMatchObject({ status: 503, text: '' });
      store.put = () => Promise.reject(new Error('the store is away'));
      const failed = await postEvent(application, eventToken(issuer, { [CREDENTIAL_CHANGE]: {} }));
      expect(failed).toMatchObject({ status: 503, text: '' });
      expect(failed.headers['retry-after']).toBe('5');
    } finally {
      await application.close();
      await Promise.all([issuer.close(), hub.close()]);
    }
  });
});
