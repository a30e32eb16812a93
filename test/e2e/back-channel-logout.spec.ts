import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { interval, map, type Observable } from 'rxjs';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { MovableClock } from '../support/movable-clock.js';
import { NotesController } from '../support/notes.controller.js';
import { LOGOUT_EVENT, logoutToken, outcomeOf, postLogout } from '../support/security-events.js';

const backChannelLogout = { clientId: 'notes-client' };

@Controller()
class TicksController {
  @Sse('ticks')
  ticks(): Observable<MessageEvent> {
    return interval(20).pipe(map(() => ({ data: 'tick' })));
  }
}

describe.each(ADAPTERS)('Back-channel logout on %s', (adapter) => {
  let issuer: TestIssuer;
  let silent: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    [issuer, silent] = await Promise.all([createTestIssuer(), createTestIssuer()]);
    application = await startApplication(
      {
        issuers: [issuer.config({ backChannelLogout }), silent.config()],
        revocation: { store: new MemoryRevocationStore() },
        backChannelLogout: {},
        guardEveryRoute: true,
      },
      { adapter, controllers: [NotesController, TicksController] },
    );
  });
  afterAll(() => Promise.all([application.close(), issuer.close(), silent.close()]));

  const inSession = (sid: string, subject: string): string =>
    issuer.token({ subject, claims: { sid } });

  // OpenID Connect Back-Channel Logout 1.0 section 2.7.
  it('ends the session that is named, and no other of its subject', async () => {
    const [ended, other] = [inSession('session-1', 'sue'), inSession('session-2', 'sue')];
    expect(await outcomeOf(application, ended)).toBe(200);
    const answer = await postLogout(
      application,
      logoutToken(issuer, { sub: 'sue', sid: 'session-1' }),
    );
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await outcomeOf(application, ended)).toBe('token_revoked');
    expect(await outcomeOf(application, other)).toBe(200);
  });

  it('ends every token of a subject where no session is named', async () => {
    const [one, two] = [inSession('a', 'bob'), issuer.token({ subject: 'bob' })];
    const before = Math.floor(Date.now() / 1_000);
    const later = issuer.token({ subject: 'bob', claims: { iat: before + 2 } });
    const token = logoutToken(issuer, { sub: 'bob', iat: before });
    expect((await postLogout(application, token)).status).toBe(200);
    for (const ended of [one, two])
      expect(await outcomeOf(application, ended)).toBe('token_revoked');
    // Who has logged in again is not logged out by what was said before.
    expect(await outcomeOf(application, later)).toBe(200);
    expect(await outcomeOf(application, issuer.token({ subject: 'carol' }))).toBe(200);
    expect(await outcomeOf(application, silent.token({ subject: 'bob' }))).toBe(200);
  });

  it('ends a session by its "sid" alone', async () => {
    const ended = inSession('session-3', 'dora');
    const token = logoutToken(issuer, { sub: undefined, sid: 'session-3' });
    expect((await postLogout(application, token)).status).toBe(200);
    expect(await outcomeOf(application, ended)).toBe('token_revoked');
  });

  it('ends tokens that name no session with the session of their subject', async () => {
    const [ended, other] = [issuer.token({ subject: 'eve' }), inSession('session-5', 'eve')];
    const token = logoutToken(issuer, { sub: 'eve', sid: 'session-4' });
    expect((await postLogout(application, token)).status).toBe(200);
    expect(await outcomeOf(application, ended)).toBe('token_revoked');
    expect(await outcomeOf(application, other)).toBe(200);
  });

  it('closes the event stream of who has logged out, and no other', async () => {
    const open = (token: string): Promise<Response> =>
      fetch(`${application.url}/ticks`, { headers: { Authorization: `Bearer ${token}` } });
    const ended = await open(inSession('session-6', 'olga'));
    const lasting = await open(inSession('session-7', 'olga'));
    const reader = (lasting.body as ReadableStream<Uint8Array>).getReader();
    const token = logoutToken(issuer, { sub: 'olga', sid: 'session-6' });
    expect((await postLogout(application, token)).status).toBe(200);
    // To its end, or the test never gets past this.
    expect(await ended.text()).toContain('data: tick');
    expect(await reader.read()).toMatchObject({ done: false });
    await reader.cancel();
  });

  it('takes "aud" as a list, and an event with members', async () => {
    const claims = {
      sub: 'frank',
      aud: ['another-client', 'notes-client'],
      events: { [LOGOUT_EVENT]: { reason: 'x' }, 'https://example.com/other': {} },
    };
    expect((await postLogout(application, logoutToken(issuer, claims))).status).toBe(200);
  });

  // OpenID Connect Back-Channel Logout 1.0 section 2.6.
  it.each<[what: string, token: () => string, description: string]>([
    ['nothing', () => '', 'no signed JWT'],
    ['what is no token', () => 'a.b.c', 'no signed JWT'],
    ['an access token', () => issuer.token({ audience: 'notes-client' }), '"typ"'],
    ['a security event token', () => logoutToken(issuer, {}, { typ: 'secevent+jwt' }), '"typ"'],
    ['no "typ"', () => logoutToken(issuer, {}, { typ: undefined }), '"typ"'],
    ['"alg" none', () => logoutToken(issuer, {}, { alg: 'none' }), '"alg"'],
    ['another issuer', () => logoutToken(issuer, { iss: 'https://other.example' }), '"iss"'],
    ['no issuer', () => logoutToken(issuer, { iss: undefined }), '"iss"'],
    ['an issuer that sends none', () => logoutToken(silent), '"iss"'],
    [
      'the keys of another issuer',
      () => logoutToken(silent, { iss: issuer.issuer }),
      'no key of this issuer',
    ],
    ['an unknown key', () => logoutToken(issuer, {}, { kid: 'key-9' }), 'no key of this issuer'],
    ['another client', () => logoutToken(issuer, { aud: 'other-client' }), '"aud"'],
    [
      'the audience of access tokens',
      () => logoutToken(issuer, { aud: 'https://api.example.com' }),
      '"aud"',
    ],
    ['no audience', () => logoutToken(issuer, { aud: undefined }), '"aud"'],
    ['no "exp"', () => logoutToken(issuer, { exp: undefined }), '"exp" is missing'],
    ['"exp" in the past', () => logoutToken(issuer, { exp: 1_000_000_000 }), '"exp" has passed'],
    ['no "iat"', () => logoutToken(issuer, { iat: undefined }), '"iat" is missing'],
    ['"iat" in the future', () => logoutToken(issuer, { iat: 4e9, exp: 5e9 }), '"iat" lies in the'],
    ['"iat" that is text', () => logoutToken(issuer, { iat: '1700000000' }), '"iat" is missing'],
    ['no "jti"', () => logoutToken(issuer, { jti: undefined }), '"jti" is missing'],
    ['"jti" that is no text', () => logoutToken(issuer, { jti: 7 }), '"jti" is missing'],
    ['no "events"', () => logoutToken(issuer, { events: undefined }), '"events"'],
    ['"events" as a list', () => logoutToken(issuer, { events: [LOGOUT_EVENT] }), '"events"'],
    ['another event', () => logoutToken(issuer, { events: { a: {} } }), '"events"'],
    [
      'an event that is no object',
      () => logoutToken(issuer, { events: { [LOGOUT_EVENT]: true } }),
      '"events"',
    ],
    ['"nonce"', () => logoutToken(issuer, { nonce: 'n' }), '"nonce"'],
    ['"nonce" that is null', () => logoutToken(issuer, { nonce: null }), '"nonce"'],
    ['neither subject nor session', () => logoutToken(issuer, { sub: undefined }), 'neither "sub"'],
    ['an empty subject', () => logoutToken(issuer, { sub: '' }), 'no text'],
    ['a session that is no text', () => logoutToken(issuer, { sid: 7 }), 'no text'],
    ['a tampered signature', () => issuer.tamperedToken({ type: 'logout+jwt' }), 'no key of this'],
  ])('refuses %s with 400', async (_what, make, description) => {
    application.log.clear();
    const answer = await postLogout(application, make());
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/^application\/json/),
    });
    expect(answer.json).toEqual({
      error: 'invalid_request',
      error_description: expect.stringContaining(description),
    });
    expect(application.log.text()).toContain('backChannelLogout: 400: ');
    expect(await outcomeOf(application, issuer.token({ subject: 'alice' }))).toBe(200);
  });

  it('takes a token once', async () => {
    const token = logoutToken(issuer, { sub: 'grace' });
    expect((await postLogout(application, token)).status).toBe(200);
    const again = await postLogout(application, token);
    expect(again.status).toBe(400);
    expect(again.json).toMatchObject({ error_description: expect.stringContaining('"jti"') });
    expect((await postLogout(application, logoutToken(issuer, { sub: 'grace' }))).status).toBe(200);
  });

  it.each<[what: string, type: string, body: string]>([
    ['JSON', 'application/json', '{"logout_token":"a.b.c"}'],
    ['no token', 'application/x-www-form-urlencoded', 'token=a.b.c'],
    ['two tokens', 'application/x-www-form-urlencoded', 'logout_token=a&logout_token=b'],
    ['a token with members', 'application/x-www-form-urlencoded', 'logout_token[a]=b'],
    ['nothing', 'application/x-www-form-urlencoded', ''],
    [
      'more than a token',
      'application/x-www-form-urlencoded',
      `logout_token=${'a'.repeat(60_000)}`,
    ],
  ])('refuses a body with %s', async (_what, type, body) => {
    const answer = await application.call('/backchannel-logout', {
      method: 'POST',
      headers: [['Content-Type', type]],
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('says nothing of the token in answer or log', async () => {
    application.log.clear();
    const token = logoutToken(issuer, { sub: 'heidi-the-subject', nonce: 'a-telling-nonce' });
    const { text, headers } = await postLogout(application, token);
    const told = [text, JSON.stringify(headers), application.log.text()].join('\n');
    for (const part of ['heidi-the-subject', 'a-telling-nonce', ...token.split('.')])
      expect(told).not.toContain(part);
  });
});

describe.each(ADAPTERS)('The logout endpoint on %s', (adapter) => {
  it.each<[what: string, bodyParser: boolean, prefix: string]>([
    ['without the application’s body parser', false, ''],
    ['below a global prefix', true, '/v1'],
  ])('works %s', async (_what, bodyParser, prefix) => {
    await using issuer = await createTestIssuer();
    const application = await startApplication(
      {
        issuers: [issuer.config({ backChannelLogout })],
        revocation: { store: new MemoryRevocationStore() },
        backChannelLogout: { path: '/oidc/logout' },
      },
      {
        adapter,
        nestOptions: { bodyParser },
        configure: (app) => app.setGlobalPrefix(prefix),
      },
    );
    try {
      const path = `${prefix}/oidc/logout`;
      const token = issuer.token();
      expect((await postLogout(application, logoutToken(issuer), path)).status).toBe(200);
      const { status } = await application.get(`${prefix}/notes`, token);
      expect(status).toBe(401);
    } finally {
      await application.close();
    }
  });

  it('can’t tell without keys or store, and takes the token when they are back', async () => {
    await using issuer = await createTestIssuer();
    const store = new MemoryRevocationStore();
    const put = store.put.bind(store);
    const application = await startApplication(
      {
        issuers: [issuer.config({ backChannelLogout })],
        revocation: { store },
        backChannelLogout: {},
      },
      { adapter },
    );
    try {
      issuer.goDown();
      const unavailable = await postLogout(application, logoutToken(issuer));
      expect(unavailable).toMatchObject({ status: 503, text: '' });
      expect(Number(unavailable.headers['retry-after'])).toBeGreaterThan(0);
      expect(unavailable.headers['cache-control']).toBe('no-store');
    } finally {
      await application.close();
    }
    issuer.comeBack();
    const another = await startApplication(
      {
        issuers: [issuer.config({ backChannelLogout })],
        revocation: { store },
        backChannelLogout: {},
      },
      { adapter },
    );
    try {
      const token = logoutToken(issuer, { sub: 'ivan' });
      store.put = () => Promise.reject(new Error('the store is away'));
      const failed = await postLogout(another, token);
      expect(failed.status).toBe(503);
      expect(another.log.text()).toContain(
        'backChannelLogout: what a token demands could not be carried out',
      );
      store.put = put;
      expect((await postLogout(another, token)).status).toBe(200);
    } finally {
      await another.close();
    }
  });

  it.each(['passport-jwt', 'node:crypto'] as const)(
    'takes hundreds of logouts at once, also while it has no keys yet (%s)',
    async (signatureVerifier) => {
      await using issuer = await createTestIssuer();
      const application = await startApplication(
        {
          issuers: [issuer.config({ backChannelLogout })],
          revocation: { store: new MemoryRevocationStore() },
          backChannelLogout: {},
          signatureVerifier,
        },
        { adapter },
      );
      try {
        const tokens = Array.from({ length: 300 }, () => logoutToken(issuer));
        const answers = await Promise.all(tokens.map((token) => postLogout(application, token)));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      } finally {
        await application.close();
      }
    },
  );

  it('answers 429 before it checks a signature, over 50 unverified tokens a second and issuer', async () => {
    const clock = new MovableClock();
    const [one, two] = await Promise.all([createTestIssuer(), createTestIssuer()]);
    const forger = await createTestIssuer();
    const application = await startApplication(
      {
        issuers: [one, two].map((issuer) => issuer.config({ backChannelLogout })),
        revocation: { store: new MemoryRevocationStore() },
        backChannelLogout: {},
      },
      { adapter, clock },
    );
    try {
      // Those of the issuer itself are not counted.
      for (let index = 0; index < 60; index++)
        expect((await postLogout(application, logoutToken(one))).status).toBe(200);
      const forged = (): string => logoutToken(forger, { iss: one.issuer });
      for (let index = 0; index < 50; index++)
        expect((await postLogout(application, forged())).status).toBe(400);
      const refused = await postLogout(application, forged());
      expect(refused).toMatchObject({ status: 429, text: '' });
      expect(refused.headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
      // No signature is checked: a good token fares no better.
      expect((await postLogout(application, logoutToken(one))).status).toBe(429);
      expect((await postLogout(application, logoutToken(two))).status).toBe(200);
      clock.advance(1);
      expect((await postLogout(application, logoutToken(one))).status).toBe(200);
    } finally {
      await application.close();
      await Promise.all([one, two, forger].map((issuer) => issuer.close()));
    }
  });
});
