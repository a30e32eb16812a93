import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { DpopConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { MemoryReplayStore } from '../../src/core/dpop/memory-replay-store.js';
import { jwkThumbprint } from '../../src/core/jose/jwk-members.js';
import { systemClock } from '../../src/core/util/clock.js';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import { ORIGIN, type ProvingCall, ProvingClient } from '../support/proving-client.js';

const HEADERS_OF_128_KIB = { maxHeaderSize: 131_072 };

/** Each gets its documented refusal, and a good request after it passes. */
describe.each(ADAPTERS)('S40 bad proofs, on %s', (adapter) => {
  let issuer: TestIssuer;
  let api: TestApplication;
  let client: ProvingClient;
  beforeAll(async () => {
    issuer = await createTestIssuer();
  });
  afterEach(() => api.close());
  afterAll(() => issuer.close());

  async function start(dpop: DpopConfig = {}): Promise<void> {
    const serverOptions = adapter === 'Fastify' ? { http: HEADERS_OF_128_KIB } : HEADERS_OF_128_KIB;
    api = await startApplication(
      { issuers: [issuer.config()], dpop: { mode: 'required', origin: ORIGIN, ...dpop } },
      { adapter, serverOptions },
    );
    client = await ProvingClient.of(api, issuer);
  }

  const call = (options?: ProvingCall): Promise<HttpAnswer> => client.call('/notes', options);

  async function expectInvalid(options: ProvingCall): Promise<void> {
    expect(await call(options)).toMatchObject({
      status: 401,
      json: { code: 'dpop_proof_invalid' },
    });
    expect((await call()).status).toBe(200);
  }

  it('of 64 KiB, one that is no JWT, or whose claims are', async () => {
    await start();
    if (adapter === 'Express') {
      // Its adapter has no options: Node's limit of 16 KiB answers first. No more than it reads at a time: it
      // closes the connection, and what it left unread would take the answer away.
      expect((await call({ proofs: ['a'.repeat(32_768)] })).status).toBe(431);
      await expectInvalid({ proofs: ['a'.repeat(13_000)] });
      return;
    }
    await expectInvalid({ proofs: ['a'.repeat(65_536)] });
    await expectInvalid({ claims: { more: 'a'.repeat(65_536) } });
  });

  it.each([
    ['a long "jti"', { claims: { jti: 'a'.repeat(257) } }],
    ['a clock an hour behind', { claims: { iat: Date.now() / 1_000 - 3_600 } }],
    ['a clock an hour ahead', { claims: { iat: Date.now() / 1_000 + 3_600 } }],
    ['milliseconds', { claims: { iat: Date.now() } }],
    ['a time beyond all times', { claims: { iat: 1e300 } }],
    ['a time before all times', { claims: { iat: -1e300 } }],
    ['a key that is a list', { header: { jwk: [] } }],
    ['a key without members', { header: { jwk: { kty: 'EC' } } }],
    ['a key by address', { header: { jwk: undefined, jku: `${ORIGIN}/keys` } }],
    ['a critical extension', { header: { crit: ['exp'] } }],
    ['an "alg" that is no text', { header: { alg: ['ES256'] } }],
    ['"__proto__" in its header', { header: { ['__proto__']: { alg: 'none' }, alg: 'none' } }],
  ])('with %s', async (_what, options) => {
    await start();
    await expectInvalid(options as ProvingCall);
  });

  it('by keys that prove nothing, though the token is bound to them', async () => {
    await start();
    const small = Buffer.alloc(32);
    small[0] = 1;
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 512 });
    const long = Buffer.alloc(2_048, 0xfb).toString('base64url');
    const keys: JsonWebKey[] = [
      { kty: 'OKP', crv: 'Ed25519', x: small.toString('base64url') },
      { kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(32).toString('base64url') },
      publicKey.export({ format: 'jwk' }),
      { kty: 'RSA', n: long, e: 'AQAB' },
    ];
    for (const jwk of keys) {
      const claims = { cnf: { jkt: jwkThumbprint(jwk) } };
      const accessToken = issuer.token({ claims });
      const alg = jwk.kty === 'RSA' ? 'RS256' : 'EdDSA';
      await expectInvalid({ accessToken, header: { jwk, alg } });
    }
  });

  it('in a flood of good ones by one client end in a 503 for it, and in nothing for others', async () => {
    const store = new MemoryReplayStore(systemClock, 50);
    await start({ replay: store });
    const flood = await Promise.all(Array.from({ length: 60 }, () => call()));
    const statuses = flood.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);
    for (const answer of flood.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject({ status: 503, json: { code: 'keys_unavailable' } });
      expect(answer.headers['retry-after']).toBe('1');
    }
    expect(statuses.filter((status) => status === 503)).toHaveLength(20);
    const other = await ProvingClient.of(api, issuer);
    expect((await other.call('/notes')).status).toBe(200);
  });
});
