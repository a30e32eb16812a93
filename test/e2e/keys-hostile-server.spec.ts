import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { expectSoundProcess } from '../support/attack.js';
import {
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import {
  drip,
  fail,
  flood,
  greatHeaders,
  redirectTo,
  type Reply,
  sendJson,
  type SteerableKeyServer,
  tooLong,
  tooLongPacked,
  tooLongUnpacked,
} from '../support/steerable-key-server.js';

expectSoundProcess();
const scene = keyScene();

const jwkOf = (key: KeyObject, more: object = {}): object => ({
  ...key.export({ format: 'jwk' }),
  ...more,
});
/** The neutral point of edwards25519, which is of small order. */
const IDENTITY = Buffer.from('01'.padEnd(64, '0'), 'hex');
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const plainText: RequestListener = (_request, response) => void response.end('<html>');

describe('A key server that answers what is no key set', () => {
  const answers: [string, Reply, RegExp][] = [
    ['not JSON', plainText, /did not answer with JSON/],
    ['null', null, /not a JWK Set/],
    ['a list', [], /not a JWK Set/],
    ['keys that are no list', { keys: { 0: {} } }, /not a JWK Set/],
    ['a redirect to another origin', redirectTo('https://evil.example/keys'), /status 302/],
    ['a redirect inside', redirectTo('http://169.254.169.254/latest/meta-data'), /status 302/],
    ['a redirect to nowhere', redirectTo('https://'), /status 302/],
    ['a redirect that says not where', fail(302), /status 302/],
  ];
  /** Each ends in the good key set: what is here is refused for its length, or for the time it takes. */
  const beyondLimits: [string, (document: () => object) => RequestListener, RegExp][] = [
    ['a body that takes long', (keys) => drip(1_500, keys), /no complete answer within 500 ms/],
    ['too many headers', greatHeaders, /HPE_HEADER_OVERFLOW/],
    ['a body that is too long', tooLong, /more than 262144 bytes/],
    ['one that is when unpacked', tooLongUnpacked, /more than 262144 bytes/],
    ['one that is while packed', tooLongPacked, /more than 262144 bytes/],
    [
      'a body said to be too long',
      (keys) => sendJson(keys(), { 'content-length': 262_145 }),
      /more than 262144 bytes/,
    ],
  ];

  it.each([
    ...answers.map(([name, reply, why]) => [name, () => reply, why] as const),
    ...beyondLimits,
  ])('%s: 503 in time, the log says why, others don’t notice', async (_name, replyOf, why) => {
    const [hostile, other] = [await scene.keyServer(), await scene.keyServer()];
    const application = await scene.start({
      issuers: [hostile.config({ http: { timeoutMs: 500 } }), other.config()],
    });
    hostile.reply(replyOf(() => hostile.issuer.jwks));
    const [refused, accepted] = await Promise.all([
      application.get('/notes', hostile.issuer.token()),
      application.get('/notes', other.issuer.token()),
    ]);
    expectUnavailable(refused);
    expectAccepted(accepted);
    const [told] = application.log.lines.filter(({ level }) => level === 'error');
    expect(told?.text).toContain(`cannot fetch the keys of ${hostile.origin}`);
    expect(told?.text).toMatch(why);
    expect(hostile.hits.length).toBe(1);

    hostile.comeBack();
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', hostile.issuer.token()));
  });

  it('a body far beyond the limit: given up there, and not read to its end', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const sent = { bytes: 0 };
    server.reply(flood(32_000_000, sent));
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    // What the buffers of both ends of the connection hold, and no more.
    expect(sent.bytes).toBeLessThan(20_000_000);
    expect(application.log.text('error')).toContain('more than 262144 bytes');
  });

  it('http.maxBytes is the limit', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({
      issuers: [server.config({ http: { maxBytes: 1_024 } })],
    });
    server.reply({ ...server.issuer.jwks, padding: 'x'.repeat(1_024) });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text('error')).toContain('more than 1024 bytes');
  });
});

describe('A key set with bad entries', () => {
  const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const entries: [string, (good: object) => unknown, string][] = [
    ['null', () => null, 'not an object'],
    ['a broken key', (good) => ({ ...good, kid: 'b', x: 'AA' }), 'not a key this runtime can read'],
    ['a key of an unknown type', () => ({ kty: 'new' }), 'not a key this runtime can read'],
    ['use: enc', (good) => ({ ...good, kid: 'e', use: 'enc' }), 'not for signatures'],
    ['key_ops: encrypt', (good) => ({ ...good, kid: 'o', key_ops: ['encrypt'] }), 'key_ops'],
    [
      'oct',
      () => ({ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }),
      'a symmetric key: anyone who has read this set can sign tokens with it, so the issuer must replace it',
    ],
    [
      'a private key',
      () => jwkOf(ec().privateKey, { kid: 'p' }),
      'a private key: anyone who has read this set can sign tokens with it, so the issuer must replace the pair',
    ],
    [
      'a certificate alone',
      () => ({ kty: 'RSA', kid: 'x', use: 'sig', x5c: ['MIIB'] }),
      'a certificate ("x5c") without the key itself, and certificates are not read',
    ],
    ['a certificate without kty', () => ({ kid: 'x', x5c: ['MIIB'] }), 'a certificate ("x5c")'],
    [
      'the address of a certificate',
      () => ({ kty: 'EC', x5u: 'https://a.example/' }),
      'a certificate ("x5u")',
    ],
    ['RSA of 1024 bits', () => jwkOf(rsa1024.publicKey, { kid: 'r' }), 'too weak'],
    [
      'RSA with the exponent 1',
      () => jwkOf(rsa2048.publicKey, { kid: 'r', e: 'AQ' }),
      'an RSA key whose public exponent is even or below 3',
    ],
    [
      'the identity point of Ed25519',
      () => ({ kty: 'OKP', crv: 'Ed25519', x: IDENTITY.toString('base64url') }),
      'a point of small order',
    ],
    [
      'RSA with an exponent just beyond 64 bits',
      () => jwkOf(rsa2048.publicKey, { kid: 'r', e: 'AQAAAAAAAAAB' }),
      'too long to verify with',
    ],
    [
      'RSA with a modulus of 16,392 bits',
      () => jwkOf(rsa2048.publicKey, { kid: 'r', n: `${'x'.repeat(2_731)}w` }),
      'too long to verify with',
    ],
    ['a kid that is no string', (good) => ({ ...good, kid: 7 }), '"kid" is not a string'],
  ];
  // RFC 7517 sections 4.6 and 4.7.

  it.each(entries)(
    '%s: ignored, named in the log, and the good key works',
    async (_name, bad, why) => {
      const server = await scene.keyServer();
      const application = await scene.start({ issuers: [server.config()] });
      const [good = {}] = server.issuer.jwks.keys;
      server.reply({ keys: [bad(good), good] } as object);
      expectAccepted(await application.get('/notes', server.issuer.token()));
      expect(application.log.text('warn')).toContain(`keys of ${server.origin} ignored: keys[0]`);
      expect(application.log.text('warn')).toContain(why);
    },
  );

  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bad-entries-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(entries)('%s: the same in the configuration and in a file', async (_name, bad, why) => {
    const issuer = await createTestIssuer({ listen: false });
    const [good = {}] = issuer.jwks.keys;
    const jwks = { keys: [bad(good), good] } as never;
    const jwksFile = join(folder, 'jwks.json');
    writeFileSync(jwksFile, JSON.stringify(jwks));
    for (const keys of [{ jwks }, { jwksFile }]) {
      const application = await scene.start({ issuers: [issuer.config({ keys })] });
      expectAccepted(await application.get('/notes', issuer.token()));
      expect(application.log.text('warn')).toContain(`keys of ${issuer.issuer} ignored: keys[0]`);
      expect(application.log.text('warn')).toContain(why);
    }
  });

  it('9,999 entries of no use before the good one: it is found', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    server.reply({
      keys: [...Array.from({ length: 9_999 }, () => null), ...server.issuer.jwks.keys],
    });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(application.log.text('warn')).toContain('and 9989 more');
    expect(application.log.text('warn').length).toBeLessThan(1_000);
  });

  it('10,000 keys: the first and the last count', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({
      issuers: [server.config({ http: { maxBytes: 16_777_216 } })],
    });
    const jwk = jwkOf(ec().publicKey);
    const filler = Array.from({ length: 10_000 }, (_, i) => ({ ...jwk, kid: `filler-${i}` }));
    const { keys } = server.issuer.jwks;
    server.reply({ keys: [...filler.slice(0, 99), ...keys, ...filler] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    await server.issuer.rotateKeys();
    server.reply({ keys: [...filler, ...server.issuer.jwks.keys] });
    scene.clock.advance(5);
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });
});

describe('Several keys that fit', () => {
  async function withKeysBefore(count: number, kid: string | undefined) {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const [good = {}] = server.issuer.jwks.keys as object[];
    const others = Array.from({ length: count }, () => jwkOf(ec().publicKey, { kid }));
    server.reply({ keys: [...others, { ...good, kid }] });
    return { server, application };
  }

  it.each([
    ['duplicate kid', 'key-1'],
    ['no kid in the set', undefined],
  ])('%s: 16 are tried, and where more fit that is a 503', async (_name, kid) => {
    const all = await withKeysBefore(15, kid);
    expectAccepted(await all.application.get('/notes', all.server.issuer.token()));
    const more = await withKeysBefore(16, kid);
    expectUnavailable(await more.application.get('/notes', more.server.issuer.token()));
    expect(more.application.log.text('error')).toContain('the first 16 keys that fit');
    expect(more.application.log.text('warn')).toContain('keys beyond the first 16 of ES256');
  });

  it('16 that fit, and none verifies: the signature is bad', async () => {
    const { server, application } = await withKeysBefore(15, undefined);
    const token = server.issuer.token();
    const forged = `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(86)}`;
    expectRefused(await application.get('/notes', forged), 'signature_invalid');
  });

  it.each(['x5t', 'x5t#S256'])('a key of the very %s comes before the others', async (name) => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const others = Array.from({ length: 40 }, (_, i) => jwkOf(ec().publicKey, { [name]: `x${i}` }));
    const [good = {}] = server.issuer.jwks.keys as object[];
    server.reply({ keys: [...others, { ...good, [name]: 'good' }] });
    const token = server.issuer.token({ header: { kid: undefined, [name]: 'good' } });
    expectAccepted(await application.get('/notes', token));
  });

  it('no kid in the token: all are tried', async () => {
    const { server, application } = await withKeysBefore(3, 'same');
    const token = server.issuer.token({ header: { kid: undefined } });
    expectAccepted(await application.get('/notes', token));
  });

  it('a key of the very kid comes before those without one', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const nameless = Array.from({ length: 10 }, () => jwkOf(ec().publicKey));
    server.reply({ keys: [...nameless, ...server.issuer.jwks.keys] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });
});

describe('A metadata document that lies', () => {
  async function discovering(metadata: (server: SteerableKeyServer) => object) {
    const server = await scene.keyServer();
    const { keys: _, ...config } = server.config();
    const application = await scene.start({ issuers: [config] });
    server.reply(metadata(server), '/.well-known/openid-configuration');
    const answer = await application.get('/notes', server.issuer.token());
    return { answer, server, told: application.log.text('error') };
  }

  it('with an issuer and an address that a terminal would obey, or that fill a log: shown harmless and short', async () => {
    const { told } = await discovering(({ issuer }) => ({
      issuer: `https://evil.example/\u009b31m\u202e\u2028${'x'.repeat(9_000)}`,
      jwks_uri: issuer.jwksUri,
    }));
    expect(told).toContain(String.raw`"https://evil.example/\u009b31m\u202e\u2028xxx`);
    expect(told.length).toBeLessThan(600);

    const { told: toldOfAddress } = await discovering(({ issuer, origin }) => ({
      issuer: issuer.issuer,
      jwks_uri: `${origin}/${'x'.repeat(9_000)}`,
    }));
    expect(toldOfAddress).toContain('status 404');
    expect(toldOfAddress.length).toBeLessThan(600);
  });

  it('a jwks_uri of another scheme: both addresses are named', async () => {
    const { told, server } = await discovering(({ issuer }) => ({
      issuer: issuer.issuer,
      jwks_uri: 'https://keys.example/jwks?secret=1',
    }));
    expect(told).toContain('the "jwks_uri" "https://keys.example/jwks?…" of ');
    expect(told).toContain(`${server.origin}/.well-known/openid-configuration has another scheme`);
    expect(told).toContain('keys.jwksUri');
    expect(told).not.toContain('secret');
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example' }, /names the issuer/],
    ['no jwks_uri', { jwks_uri: undefined }, /no usable "jwks_uri"/],
    ['a jwks_uri of another scheme', { jwks_uri: 'https://127.0.0.1/jwks' }, /another scheme/],
    ['a jwks_uri that is no http', { jwks_uri: 'file:///etc/keys.json' }, /another scheme/],
    ['an insecure jwks_uri', { jwks_uri: 'http://evil.example/jwks' }, /insecure/],
  ])('%s: 503, and the log says so', async (_name, lie, why) => {
    const { answer, told, server } = await discovering(({ issuer }) => ({
      issuer: issuer.issuer,
      jwks_uri: issuer.jwksUri,
      ...lie,
    }));
    expectUnavailable(answer);
    expect(told).toMatch(why);
    expect(server.keyHits).toBe(0);
  });
});
