import { Controller, Get, UseGuards } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import {
  AccessTokenVerifier,
  type AuthModuleConfig,
  type DpopConfig,
  JwtAuthGuard,
  type RefusedEvent,
  type ReplayStore,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, proofFor, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { MovableClock } from '../support/movable-clock.js';
import { NotesController } from '../support/notes.controller.js';
import { ORIGIN, type ProvingCall, ProvingClient } from '../support/proving-client.js';
import { startProxy } from '../support/proxy.js';
import { closed } from '../support/unreadable.js';

/** A guard on the class and one on the method. */
@UseGuards(JwtAuthGuard)
@Controller('twice')
class TwiceGuardedController {
  @UseGuards(JwtAuthGuard)
  @Get()
  get(): object {
    return {};
  }
}

describe.each(ADAPTERS)('Proofs, on %s', (adapter) => {
  let issuer: TestIssuer;
  let api: TestApplication | undefined;
  const clock = new MovableClock();

  beforeAll(async () => {
    issuer = await createTestIssuer({ now: clock.now });
  });
  afterEach(() => api?.close());
  afterAll(() => issuer.close());

  async function start(
    dpop: DpopConfig = {},
    config: Partial<AuthModuleConfig> = {},
    options: object = {},
  ): Promise<ProvingClient> {
    api = await startApplication(
      {
        issuers: [issuer.config()],
        dpop: { mode: 'allowed', origin: ORIGIN, ...dpop },
        ...config,
      },
      { adapter, clock, controllers: [NotesController, TwiceGuardedController], ...options },
    );
    return ProvingClient.of(api, issuer);
  }

  const call = (
    client: ProvingClient,
    options: ProvingCall = {},
    path = '/notes',
  ): ReturnType<ProvingClient['call']> => client.call(path, { now: clock.now, ...options });

  describe('that were used', () => {
    // RFC 9449 section 11.1.
    it('are remembered for as long as they could pass', async () => {
      const client = await start();
      const accessToken = client.token({ expiresInSeconds: 3_600 });
      const proofs = [client.proof('/notes', accessToken, { now: clock.now })];
      const late = [
        client.proof('/notes', accessToken, { claims: { iat: clock.now() / 1_000 + 59 } }),
      ];
      for (const used of [proofs, late]) {
        expect(await call(client, { accessToken, proofs: used })).toMatchObject({ status: 200 });
        for (const seconds of [0, 299]) {
          clock.advance(seconds);
          expect(await call(client, { accessToken, proofs: used })).toMatchObject({
            status: 401,
            json: { code: 'dpop_proof_invalid' },
          });
          clock.advance(-seconds);
        }
      }
    });

    it('of one request count once, however many guards ask, and verifyRequest', async () => {
      const reserved: string[] = [];
      const replay: ReplayStore = {
        reserve: (key) => reserved.push(key) > 0 && new Set(reserved).size === reserved.length,
      };
      const client = await start({ replay });
      expect(await call(client, {}, '/twice')).toMatchObject({ status: 200 });
      expect(reserved).toHaveLength(1);
      expect(reserved[0]).toMatch(/^[\w-]{43}\.[\w-]{22}$/);
    });

    it('a middleware that verifies the request first takes nothing from the guard', async () => {
      const verified: unknown[] = [];
      const client = await start(
        {},
        {},
        {
          configure: (app: TestApplication['app']) =>
            app.use((request: never, _response: unknown, next: () => void) => {
              app
                .get(AccessTokenVerifier)
                .verifyRequest(request)
                .then(({ subject }) => verified.push(subject))
                .catch((error: unknown) => verified.push(error))
                .finally(next);
            }),
        },
      );
      expect(await call(client)).toMatchObject({ status: 200 });
      expect(verified).toEqual(['alice']);
      const accessToken = client.token();
      const proofs = [client.proof('/notes', accessToken, { now: clock.now })];
      await call(client, { accessToken, proofs });
      const answer = await call(client, { accessToken, proofs });
      expect(answer).toMatchObject({ status: 401, json: { code: 'dpop_proof_invalid' } });
      expect(verified.at(-1)).toMatchObject({ code: 'dpop_proof_invalid' });
    });

    it('bad ones use up nothing, and a proof is used before isRevoked is asked', async () => {
      const asked: unknown[] = [];
      const isRevoked = (): boolean => asked.push('isRevoked') === 0;
      const replay = { reserve: () => asked.push('reserve') > 0 };
      const client = await start({ replay }, { isRevoked });
      await call(client, { claims: { htm: 'POST' } });
      await call(client, { claims: { ath: 'another' } });
      expect(asked).toEqual([]);
      await call(client);
      expect(asked).toEqual(['reserve', 'isRevoked']);
    });

    it('of many at the same time one is let in', async () => {
      const client = await start();
      const accessToken = client.token();
      const proofs = [client.proof('/notes', accessToken, { now: clock.now })];
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => call(client, { accessToken, proofs })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([
        200,
        ...Array.from({ length: 19 }, () => 401),
      ]);
    });

    it.each<[string, ReplayStore['reserve']]>([
      [
        'throws',
        () => {
          throw new Error('down');
        },
      ],
      ['rejects', () => Promise.reject(new Error('down'))],
      [
        'throws what can’t be read',
        () => {
          throw closed();
        },
      ],
      ['says something else', () => 'OK' as never],
      ['says something else, later', () => Promise.resolve(1 as never)],
    ])('a store that %s is a 503', async (_what, reserve) => {
      const client = await start({ replay: { reserve } });
      expect(await call(client)).toMatchObject({
        status: 503,
        json: { code: 'keys_unavailable' },
      });
      expect(api?.log.text('error')).toContain('keys_unavailable: the replay store ');
    });

    it('a store may take its time, and keeps its this', async () => {
      const seen = new Set<string>();
      class Store implements ReplayStore {
        private readonly seen = seen;
        async reserve(key: string): Promise<boolean> {
          await Promise.resolve();
          const isFirst = !this.seen.has(key);
          this.seen.add(key);
          return isFirst;
        }
      }
      const client = await start({ replay: new Store() });
      const accessToken = client.token();
      const proofs = [client.proof('/notes', accessToken, { now: clock.now })];
      expect(await call(client, { accessToken, proofs })).toMatchObject({ status: 200 });
      expect(await call(client, { accessToken, proofs })).toMatchObject({ status: 401 });
    });

    it('nothing is remembered where that is done elsewhere, and the log says where it is', async () => {
      const client = await start({ replay: 'elsewhere' });
      const accessToken = client.token();
      const proofs = [client.proof('/notes', accessToken, { now: clock.now })];
      for (let time = 0; time < 2; time++)
        expect(await call(client, { accessToken, proofs })).toMatchObject({ status: 200 });
      expect(api?.log.text()).not.toContain('DPoP');
      await api?.close();
      await start();
      expect(api?.log.text('log')).toContain('remembered in this process alone');
    });
  });

  // RFC 9449 section 9.
  describe('with nonces', () => {
    const nonce = { secret: randomBytes(32), ttlSeconds: 60 };

    it('the first request of a client learns one, and the next ones use it', async () => {
      const client = await start({ nonce });
      const first = await call(client);
      expect(first).toMatchObject({ status: 401, json: { code: 'dpop_nonce_required' } });
      expect(first.challenge).toContain('DPoP realm="api", error="use_dpop_nonce"');
      expect(first.headers['cache-control']).toBe('no-store');
      const given = first.headers['dpop-nonce'];
      expect(given).toMatch(/^[\w-]{22}$/);
      const good = await call(client, { nonce: String(given) });
      expect(good).toMatchObject({ status: 200 });
      expect(good.headers).not.toHaveProperty('dpop-nonce');
    });

    // RFC 9449 section 8.2.
    it('an older one is accepted once more, with the newer in the answer', async () => {
      const client = await start({ nonce });
      const old = String((await call(client)).headers['dpop-nonce']);
      clock.advance(60);
      const good = await call(client, { nonce: old });
      expect(good).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
      const next = String(good.headers['dpop-nonce']);
      expect(next).not.toBe(old);
      clock.advance(60);
      expect(await call(client, { nonce: old })).toMatchObject({
        json: { code: 'dpop_nonce_required' },
      });
      expect(await call(client, { nonce: next })).toMatchObject({ status: 200 });
    });

    // RFC 9449 section 11.3.
    it.each<[string, unknown]>([
      ['none', undefined],
      ['another’s', 'A'.repeat(22)],
      ['a number', 7],
    ])('%s is asked for again', async (_what, value) => {
      const client = await start({ nonce });
      expect(await call(client, { claims: { nonce: value } })).toMatchObject({
        status: 401,
        json: { code: 'dpop_nonce_required' },
        headers: { 'dpop-nonce': expect.any(String) },
      });
    });

    it('processes that share the secret take each other’s', async () => {
      const client = await start({ nonce });
      const given = String((await call(client)).headers['dpop-nonce']);
      await api?.close();
      const later = await start({ nonce });
      expect(await call(later, { nonce: given })).toMatchObject({ status: 200 });
    });

    it('a bad proof is told so first', async () => {
      const client = await start({ nonce });
      expect(await call(client, { claims: { htm: 'POST' } })).toMatchObject({
        json: { code: 'dpop_proof_invalid' },
      });
    });
  });

  describe('name an address', () => {
    // RFC 9449 section 4.3.
    it('that comes from the configuration, whatever the request says', async () => {
      const client = await start();
      const forged = async (url: string): Promise<unknown> => {
        const token = client.token();
        const proof = proofFor(client.key, { url, token, now: clock.now });
        return api?.call('/notes', {
          headers: [
            ['Authorization', `DPoP ${token}`],
            ['DPoP', proof],
            ['X-Forwarded-Host', 'evil.example'],
            ['X-Forwarded-Proto', 'http'],
            ['Forwarded', 'host=evil.example;proto=http'],
          ],
        });
      };
      for (const url of [
        'https://evil.example/notes',
        'http://evil.example/notes',
        `${api?.url}/notes`,
      ])
        expect(await forged(url)).toMatchObject({ json: { code: 'dpop_proof_invalid' } });
      expect(await forged(`${ORIGIN}/notes`)).toMatchObject({ status: 200 });
    });

    it('that a gateway has rewritten', async () => {
      const gateway = await startProxy({ '/api/': '/' });
      const client = await start({ origin: gateway.origin, paths: [{ from: '/', to: '/api' }] });
      gateway.target = String(api?.url);
      const token = client.token();
      const send = (url: string): Promise<Response> =>
        fetch(`${gateway.origin}/api/notes?a=b`, {
          headers: {
            Authorization: `DPoP ${token}`,
            DPoP: proofFor(client.key, { url, token, now: clock.now }),
          },
        });
      expect((await send(`${gateway.origin}/notes`)).status).toBe(401);
      expect(api?.log.text('debug')).toContain(
        `"htu" of the proof has another path; expected: ${gateway.origin}/api/notes`,
      );
      expect((await send(`${gateway.origin}/api/notes`)).status).toBe(200);
      await gateway.close();
    });

    it('below a global prefix, in any spelling', async () => {
      const client = await start(
        {},
        {},
        {
          configure: (app: TestApplication['app']) => app.setGlobalPrefix('v1'),
        },
      );
      expect(await call(client, {}, '/v1/notes')).toMatchObject({ status: 200 });
      // Express’ router knows no such path.
      expect((await call(client, {}, '/v1/n%6ftes')).status).toBe(
        adapter === 'Express' ? 404 : 200,
      );
      const htu = `${ORIGIN}/v1/n%6Ftes`;
      expect(await call(client, { claims: { htu } }, '/v1/notes')).toMatchObject({ status: 200 });
    });

    it('without dot segments', async () => {
      const client = await start();
      for (const path of ['/x/../notes', '/./notes', '/%2e%2e/notes'])
        expect((await call(client, {}, path)).status).toBeGreaterThanOrEqual(400);
    });
  });

  it('verifyRequest takes what has a method and an address, and nothing else', async () => {
    const client = await start();
    const verifier = api?.app.get(AccessTokenVerifier) as AccessTokenVerifier;
    const headersFor = (token = client.token()): Record<string, string> => ({
      Authorization: `DPoP ${token}`,
      DPoP: client.proof('/notes', token, { now: clock.now }),
    });
    const fetched = new Request(`${ORIGIN}/notes?a=b`, { headers: headersFor() });
    expect(await verifier.verifyRequest(fetched)).toMatchObject({ subject: 'alice' });
    expect(await verifier.verifyRequest(fetched)).toMatchObject({ subject: 'alice' });
    const line = { method: 'GET', url: '/notes' };
    expect(await verifier.verifyRequest({ ...line, headers: headersFor() })).toMatchObject({
      subject: 'alice',
    });
    const again = headersFor();
    await verifier.verifyRequest({ ...line, headers: again });
    await expect(verifier.verifyRequest({ ...line, headers: again })).rejects.toMatchObject({
      code: 'dpop_proof_invalid',
    });
    for (const verifying of [
      verifier.verifyRequest({ headers: headersFor() }),
      verifier.verify(client.token()),
    ])
      await expect(verifying).rejects.toMatchObject({ code: 'token_binding_invalid' });
  });

  it('observers are told each refusal, at the step binding', async () => {
    const refused: Partial<RefusedEvent>[] = [];
    const observer = { refused: (event: RefusedEvent) => void refused.push(event) };
    const client = await start({ nonce: { secret: randomBytes(32) } }, { observer });
    await call(client, { scheme: 'Bearer' });
    await call(client, { proofs: [] });
    await call(client);
    expect(refused).toMatchObject([
      { code: 'token_binding_invalid', check: 'binding', step: 'binding', issuer: issuer.issuer },
      { code: 'dpop_proof_invalid', check: 'proof', step: 'binding', issuer: issuer.issuer },
      { code: 'dpop_nonce_required', check: 'nonce', step: 'binding', issuer: issuer.issuer },
    ]);
  });
});
