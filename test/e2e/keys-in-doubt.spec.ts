import { describe, expect, it } from '@jest/globals';
import { type HttpConfig, TrustedIssuers } from 'nestjs-trusted-issuers';
import { randomUUID } from 'node:crypto';
import { ADAPTERS } from '../support/application.js';
import {
  eventually,
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import { fail, late, type SteerableKeyServer, stall } from '../support/steerable-key-server.js';

const scene = keyScene();

const nameless = (server: SteerableKeyServer): { keys: object[] } => ({
  keys: (server.issuer.jwks.keys as { kid?: string }[]).map(({ kid: _kid, ...key }) => key),
});

describe.each(ADAPTERS)('Several addresses of one issuer, on %s', (adapter) => {
  /** Two key servers, whose first keys have the same name. */
  async function twoAddresses(http: HttpConfig = {}) {
    const [a, b] = [await scene.keyServer(), await scene.keyServer()];
    const jwksUri = [a.issuer.jwksUri, b.issuer.jwksUri];
    const config = a.config({ keys: { jwksUri }, http });
    const application = await scene.start({ issuers: [config] }, { adapter });
    const ask = (token: string) => application.get('/notes', token);
    const ofA = (options = {}) => a.issuer.token({ expiresInSeconds: 20_000, ...options });
    const ofB = (options = {}) =>
      b.issuer.token({ expiresInSeconds: 20_000, ...options, claims: { iss: a.origin } });
    return { a, b, ask, ofA, ofB, status: () => application.app.get(TrustedIssuers).status()[0] };
  }

  it('a key of the same name at one does not answer for another that is down', async () => {
    const { b, ask, ofA, ofB, status } = await twoAddresses();
    b.reply(fail(500));
    expectAccepted(await ask(ofA()));
    expectUnavailable(await ask(ofB()));
    expectAccepted(await ask(ofA()));
    expect(status()).toMatchObject({ state: 'stale', keys: 1 });
    b.comeBack();
    scene.clock.advance(30);
    expectAccepted(await ask(ofB()));
    await eventually(() => expect(status()).toMatchObject({ state: 'fresh', keys: 2 }));
  });

  it('nor does a key without a name', async () => {
    const { a, b, ask, ofA, ofB } = await twoAddresses();
    a.reply(nameless(a));
    b.reply(fail(500));
    expectAccepted(await ask(ofA()));
    expectUnavailable(await ask(ofB({ kid: 'key-of-b' })));
  });

  it('many keys without a name at one leave room for the named key of another', async () => {
    const { a, b, ask, ofB } = await twoAddresses();
    const others = await Promise.all(Array.from({ length: 5 }, () => scene.keyServer()));
    a.reply({ keys: others.flatMap((other) => nameless(other).keys) });
    b.reply({ keys: b.issuer.jwks.keys.map((key) => ({ ...key, kid: 'key-of-b' })) });
    expectAccepted(await ask(ofB({ kid: 'key-of-b' })));
  });

  it('no token waits for one that hangs, once another has the key', async () => {
    // Longer than a test may take.
    const { b, ask, ofA } = await twoAddresses({ timeoutMs: 60_000 });
    b.reply(stall);
    expectAccepted(await ask(ofA()));
  });
});

describe('A set with a key that has no name', () => {
  it('does not hold up a new key, nor hide an outage', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const ask = (token: string) => application.get('/notes', token);
    const other = await scene.keyServer();
    const published = () => ({ keys: [...server.issuer.jwks.keys, ...nameless(other).keys] });
    server.reply(published());
    expectAccepted(await ask(server.issuer.token()));

    await server.issuer.rotateKeys();
    server.reply(published());
    expectAccepted(await ask(server.issuer.token()));
    expect(server.keyHits).toBe(2);

    // Junk fetches no more often than it does elsewhere.
    for (let i = 0; i < 20; i++)
      expectRefused(await ask(server.issuer.token({ kid: randomUUID() })), 'signature_invalid');
    expect(server.keyHits).toBe(2);

    server.reply(fail(500));
    scene.clock.advance(600);
    expectAccepted(await ask(server.issuer.token({ expiresInSeconds: 7_200 })));
    await eventually(async () =>
      expectUnavailable(await ask(server.issuer.token({ kid: randomUUID() }))),
    );
  });
});

describe('A set of nothing but a key that has no name', () => {
  async function alone() {
    const [server, other] = [await scene.keyServer(), await scene.keyServer()];
    const application = await scene.start({ issuers: [server.config()] });
    const ask = (token: string) => application.get('/notes', token);
    server.reply(nameless(server));
    expectAccepted(await ask(server.issuer.token()));
    const token = () => other.issuer.token({ kid: 'new', claims: { iss: server.origin } });
    const published = () => ({ keys: [...nameless(server).keys, ...nameless(other).keys] });
    return { server, ask, token, published };
  }

  it('a token that none has signed, whose key can’t be fetched: 503 from the first one on', async () => {
    const { server, ask, token } = await alone();
    server.reply(fail(500));
    expectUnavailable(await ask(token()));
    expect(server.keyHits).toBe(2);
    expectUnavailable(await ask(token()));
    expect(server.keyHits).toBe(2);
  });

  it('a fetch that began before another was published does not speak for the token that joins it', async () => {
    const { server, ask, token, published } = await alone();
    const before = nameless(server);
    server.reply(late(200, () => before));
    scene.clock.advance(500);
    expectAccepted(await ask(server.issuer.token()));
    await eventually(() => expect(server.keyHits).toBe(2));
    server.reply(published());
    expectAccepted(await ask(token()));
    expect(server.keyHits).toBe(3);
  });
});

describe('A fetch that began before a key was published', () => {
  it('is enough for a token that has expired', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    server.reply(late(200, () => server.issuer.jwks));
    const first = application.get('/notes', server.issuer.token());
    await eventually(() => expect(server.keyHits).toBe(1));
    const expired = server.issuer.expiredToken({ kid: randomUUID() });
    expectRefused(await application.get('/notes', expired), 'token_expired');
    expectAccepted(await first);
    expect(server.keyHits).toBe(1);
  });

  it('does not speak for the tokens that join it', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const ask = (token: string) => application.get('/notes', token);
    expectAccepted(await ask(server.issuer.token()));
    const old = structuredClone(server.issuer.jwks);
    server.reply(late(200, () => old));
    scene.clock.advance(500);
    expectAccepted(await ask(server.issuer.token()));
    await eventually(() => expect(server.keyHits).toBe(2));
    await server.issuer.rotateKeys();
    server.comeBack();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server.issuer.token())));
    for (const answer of answers) expectAccepted(answer);
    expect(server.keyHits).toBe(3);
  });
});
