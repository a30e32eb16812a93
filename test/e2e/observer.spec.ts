import { Controller, Get, UseGuards } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  type AuthEventMap,
  type AuthObserver,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ADAPTERS } from '../support/application.js';
import { expectSoundProcess } from '../support/attack.js';
import { eventually, expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';
import { fail } from '../support/steerable-key-server.js';
import { thenable } from '../support/thenable.js';

expectSoundProcess();
const scene = keyScene();

const NAMES: (keyof AuthEventMap)[] = [
  'keysRefreshed',
  'keyRefreshFailed',
  'staleKeysServed',
  'unknownKey',
  'authenticated',
  'refused',
];

function observing(react: (name: string, event: object) => void | Promise<void>): AuthObserver {
  return Object.fromEntries(NAMES.map((name) => [name, (event: object) => react(name, event)]));
}

@RequireScopes('everything')
@UseGuards(JwtAuthGuard)
@Controller('all')
class EverythingController {
  @Get()
  get(): object {
    return {};
  }
}

describe.each(ADAPTERS)('The observer, on %s', (adapter) => {
  it('is told everything, in the words of the configuration, and so are the channels', async () => {
    const told: [string, object][] = [];
    const published: [string, object][] = [];
    const listeners = NAMES.map((name) => {
      const channel = `nestjs-trusted-issuers:${name}`;
      const listener = (event: unknown): void => void published.push([name, event as object]);
      subscribe(channel, listener);
      return { close: async () => unsubscribe(channel, listener) };
    });
    listeners.forEach(scene.closing);

    const server = await scene.keyServer();
    const issuer = server.origin;
    const observer = observing((name, event) => void told.push([name, event]));
    const application = await scene.start({ issuers: [server.config()], observer }, { adapter });
    const good = server.issuer.token({ expiresInSeconds: 7_200, subject: 'somebody' });
    const durationMs = expect.any(Number);
    const expectTold = async (...events: [string, object][]): Promise<void> => {
      await eventually(() => expect(told).toEqual(events));
      expect(published).toEqual(told);
      told.length = 0;
      published.length = 0;
    };

    await application.get('/notes', good);
    await expectTold(
      ['keysRefreshed', { issuer, keys: 1, changed: true, durationMs }],
      ['authenticated', { issuer, remembered: false, durationMs }],
    );
    await application.get('/notes', good);
    await expectTold(['authenticated', { issuer, remembered: true }]);
    await application.get('/notes');
    await expectTold(['refused', { code: 'auth_required' }]);
    await application.get('/notes', 'junk');
    await expectTold(['refused', { code: 'token_malformed' }]);
    await application.get(
      '/notes',
      server.issuer.token({ claims: { iss: 'https://evil.example' } }),
    );
    await expectTold(['refused', { code: 'issuer_untrusted' }]);
    await application.get('/notes', server.issuer.token({ type: 'logout+jwt' }));
    await expectTold(['refused', { code: 'claims_invalid', issuer, durationMs }]);
    await application.get('/notes', server.issuer.token({ audience: 'another' }));
    await expectTold(['refused', { code: 'audience_invalid', issuer, durationMs }]);
    await application.get('/notes', server.issuer.token({ kid: randomUUID() }));
    await expectTold(
      ['unknownKey', { issuer }],
      ['keysRefreshed', { issuer, keys: 1, changed: false, durationMs }],
      ['refused', { code: 'signature_invalid', issuer, durationMs }],
    );

    server.reply(fail(500));
    scene.clock.advance(600);
    await application.get('/notes', good);
    const reason = expect.stringContaining('status 500');
    await expectTold(
      ['authenticated', { issuer, remembered: false, durationMs }],
      ['keyRefreshFailed', { issuer, reason, durationMs }],
      ['staleKeysServed', { issuer, ageSeconds: 600 }],
    );
    scene.clock.advance(3_000);
    await application.get('/notes', good);
    await expectTold(
      ['keyRefreshFailed', { issuer, reason, durationMs }],
      ['refused', { code: 'keys_unavailable', issuer, durationMs }],
    );
  });

  it('is told what was checked when a token was refused, and in which step', async () => {
    const server = await scene.keyServer();
    const told: unknown[] = [];
    const written: object[] = [];
    const observer: AuthObserver = {
      refused: (event) => {
        told.push([event.check, event.step]);
        written.push(JSON.parse(JSON.stringify(event)) as object);
      },
    };
    const application = await scene.start({ issuers: [server.config()], observer }, { adapter });
    for (const token of [
      undefined,
      'junk',
      server.issuer.token({ claims: { iss: 'https://evil.example' } }),
      server.issuer.token({ audience: 'another' }),
    ])
      await application.get('/notes', token);
    expect(told).toEqual([
      ['credentials', 'credentials'],
      ['form', 'form'],
      ['issuer', 'issuer'],
      ['aud', 'claims'],
    ]);
    // A log that writes events as JSON has them too.
    expect(written).toEqual([
      { code: 'auth_required', check: 'credentials', step: 'credentials' },
      { code: 'token_malformed', check: 'form', step: 'form' },
      { code: 'issuer_untrusted', check: 'issuer', step: 'issuer' },
      {
        ...{ code: 'audience_invalid', check: 'aud', step: 'claims' },
        ...{ issuer: server.origin, durationMs: expect.any(Number) },
      },
    ]);
  });

  it('is told how long a token took, which is no longer than its request', async () => {
    const server = await scene.keyServer();
    const told: unknown[] = [];
    const application = await scene.start(
      {
        issuers: [server.config()],
        observer: {
          authenticated: (event) => void told.push('durationMs' in event && event.durationMs),
          refused: ({ durationMs }) => void told.push(durationMs),
        },
      },
      { adapter },
    );
    for (const token of [server.issuer.token(), server.issuer.expiredToken()]) {
      const sentAt = performance.now();
      await application.get('/notes', token);
      const tookMs = performance.now() - sentAt;
      expect(told.length).toBe(1);
      expect(told[0]).toBeGreaterThanOrEqual(0);
      expect(told.pop()).toBeLessThanOrEqual(tookMs);
    }
  });

  it.each<[name: string, isRevoked: (answer: () => boolean) => boolean | Promise<boolean>]>([
    ['at once', (answer) => answer()],
    ['later', async (answer) => Promise.resolve().then(answer)],
  ])('is told whose remembered token was refused by isRevoked, %s', async (_when, isRevoked) => {
    const server = await scene.keyServer();
    const told: unknown[] = [];
    let answer = (): boolean => false;
    const application = await scene.start(
      {
        issuers: [server.config()],
        isRevoked: () => isRevoked(() => answer()),
        observer: {
          refused: ({ code, step, issuer, durationMs }) =>
            void told.push([code, step, issuer, durationMs]),
        },
      },
      { adapter },
    );
    const token = server.issuer.token();
    for (let use = 0; use < 2; use++) expectAccepted(await application.get('/notes', token));
    answer = () => true;
    expectRefused(await application.get('/notes', token), 'token_revoked');
    answer = () => {
      throw new Error('no database');
    };
    expect((await application.get('/notes', token)).status).toBe(503);
    expect(told).toEqual([
      ['token_revoked', 'revocation', server.origin, undefined],
      ['keys_unavailable', 'revocation', server.origin, undefined],
    ]);
  });

  it('is told whose token could not be checked where nothing has to wait', async () => {
    const server = await scene.keyServer();
    const told: unknown[] = [];
    const application = await scene.start(
      {
        issuers: [server.config({ keys: { jwks: server.issuer.jwks } })],
        signatureVerifier: 'node:crypto',
        isRevoked: () => {
          throw new Error('no database');
        },
        observer: {
          refused: ({ code, issuer, durationMs }) => void told.push([code, issuer, durationMs]),
        },
      },
      { adapter },
    );
    expect((await application.get('/notes', server.issuer.token())).status).toBe(503);
    expect(told).toEqual([['keys_unavailable', server.origin, expect.any(Number)]]);
  });

  it('is told whose remembered token lacks a required claim by now', async () => {
    const server = await scene.keyServer();
    const told: unknown[] = [];
    let isMember = true;
    const application = await scene.start(
      {
        issuers: [server.config({ requiredClaims: { sub: () => isMember } })],
        observer: {
          refused: ({ code, step, issuer, durationMs }) =>
            void told.push([code, step, issuer, durationMs]),
        },
      },
      { adapter },
    );
    const token = server.issuer.token();
    for (let use = 0; use < 2; use++) expectAccepted(await application.get('/notes', token));
    isMember = false;
    expectRefused(await application.get('/notes', token), 'claims_invalid');
    expect(told).toEqual([['claims_invalid', 'claims', server.origin, undefined]]);
  });

  it('is told whose token was not enough for its route', async () => {
    const tenants = 'https://login.example/{tenantid}/';
    const tid = '11111111-aaaa-bbbb-cccc-222222222222';
    const server = await scene.keyServer();
    const heard: unknown[] = [];
    const application = await scene.start(
      {
        issuers: [
          server.config({ issuerAliases: ['https://alias.example'] }),
          server.config({ issuer: tenants, tenants: 'any' }),
        ],
        observer: { refused: (event) => void heard.push(event) },
      },
      { adapter, controllers: [EverythingController] },
    );
    const by = (claims: Record<string, unknown>) =>
      application.get('/all', server.issuer.token({ claims }));
    for (const claims of [
      {},
      { iss: 'https://alias.example' },
      { iss: `https://login.example/${tid}/`, tid },
    ])
      expect((await by(claims)).status).toBe(403);
    const told = { code: 'insufficient_scope', durationMs: undefined };
    expect(heard).toEqual(
      [server.origin, server.origin, tenants].map((issuer) => ({ ...told, issuer })),
    );
  });

  it('is told the configured name where resolveIssuer was asked about an alias', async () => {
    const [iss, alias] = ['https://tenants.example/own', 'https://tenants.example/alias'];
    const server = await scene.keyServer();
    const heard: unknown[] = [];
    const application = await scene.start(
      {
        audience: 'https://api.example.com',
        resolveIssuer: {
          origins: ['https://tenants.example'],
          resolve: () => server.config({ issuer: iss, issuerAliases: [alias] }),
        },
        observer: { refused: ({ issuer }) => void heard.push(issuer) },
      },
      { adapter, controllers: [EverythingController] },
    );
    const token = server.issuer.token({ claims: { iss: alias } });
    expect((await application.get('/all', token)).status).toBe(403);
    expect(heard).toEqual([iss]);
  });

  it('is told of a handler that asks for an identity where no guard ran', async () => {
    @Controller('open')
    class OpenController {
      @Get()
      get(@CurrentIdentity() identity: Identity): object {
        return identity;
      }
    }
    const server = await scene.keyServer();
    const heard: unknown[] = [];
    const application = await scene.start(
      { issuers: [server.config()], observer: { refused: (event) => void heard.push(event) } },
      { adapter, controllers: [OpenController] },
    );
    expectRefused(await application.get('/open', server.issuer.token()), 'auth_required');
    expect(heard).toEqual([{ code: 'auth_required', issuer: undefined, durationMs: undefined }]);
  });

  it('that throws or rejects changes nothing, and is reported once for each event', async () => {
    const server = await scene.keyServer();
    const heard: string[] = [];
    const observer = [
      observing(() => {
        throw new Error('no metrics today');
      }),
      observing(() => Promise.reject(new Error('none at all'))),
      observing(() => thenable(Promise.reject(new Error('nor elsewhere'))) as never),
      observing((name) => void heard.push(name)),
    ];
    const application = await scene.start({ issuers: [server.config()], observer }, { adapter });
    const token = server.issuer.token();
    for (let i = 0; i < 3; i++) expectAccepted(await application.get('/notes', token));
    expect((await application.get('/notes', 'junk')).status).toBe(401);
    expect(heard).toEqual([
      'keysRefreshed',
      'authenticated',
      'authenticated',
      'authenticated',
      'refused',
    ]);
    const errors = application.log.lines.filter(({ level }) => level === 'error');
    expect(errors.map(({ text }) => text.split(' failed')[0])).toEqual([
      'observer.keysRefreshed',
      'observer.authenticated',
      'observer.refused',
    ]);
  });

  it('of one application is told nothing of another', async () => {
    const server = await scene.keyServer();
    const heard: string[] = [];
    await scene.start(
      { issuers: [server.config()], observer: observing((name) => void heard.push(name)) },
      { adapter },
    );
    const other = await scene.start({ issuers: [server.config()] }, { adapter });
    expectAccepted(await other.get('/notes', server.issuer.token()));
    expect(heard).toEqual([]);
  });
});
